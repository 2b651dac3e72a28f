// SQLite behind RAII; the only place, with its source files, that knows sqlite3.h.
// A Database and what it makes belong to one thread at a time. Errors name the operation, never bound values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "core/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace stedi::sqlite {

enum class Access { read_only, read_write, create };

// Why the last operation of a connection failed, as far as callers act on it.
// rejected: what was written breaks a rule of the database; another value would have gone in. gone: the file
// is no longer at its path (place.hpp).
enum class Trouble { none, busy, full, read_only, io, corrupt, rejected, gone, other };

inline constexpr int default_busy_ms = 5000;  // how long a connection waits for others, unless told

// What a row is read into: the column's own type when there is one alone, else a tuple of them.
template <typename... Columns>
struct RowOf {
  using Type = std::tuple<Columns...>;
};
template <typename Column>
struct RowOf<Column> {
  using Type = Column;
};

// Its rows are read most shortly by one_row and each_row, which take the columns in order, as std::int64_t,
// bool (not 0), double, std::string, or std::optional of one where the column may be NULL: without, NULL
// reads as 0 or "". Columns that are more or fewer than those of the query are a failure.
class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  // Parameters count from 1. Text is copied.
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, int value) { bind(parameter, std::int64_t{value}); }
  void bind(int parameter, double value);
  void bind(int parameter, std::string_view value);
  void bind(int parameter, const char* value) { bind(parameter, std::string_view(value)); }
  void bind_null(int parameter);
  template <typename T>
  void bind(int parameter, const std::optional<T>& value) {
    if (value) {
      bind(parameter, *value);
    } else {
      bind_null(parameter);
    }
  }
  // Binds the values to parameters 1, 2, … in order.
  template <typename... Values>
  void bind_all(const Values&... values) {
    int parameter = 0;
    (bind(++parameter, values), ...);
  }

  // Binds the values, runs to the end and resets, ready to be run again.
  template <typename... Values>
  Result<void> run(const Values&... values) {
    bind_all(values...);
    return step_through([]() -> Result<void> { return {}; });
  }
  // Binds the values and reads the first row; nothing when there is none. Resets.
  //   const auto row = TRY(find.one_row<std::int64_t, std::string>(email));
  template <typename... Columns, typename... Values>
  Result<std::optional<typename RowOf<Columns...>::Type>> one_row(const Values&... values);
  // Calls `row` with the columns of each row, in its parameters' types (text also as a std::string_view,
  // which ends with the call), and resets. A Result<void> of it that fails ends the rows and is passed on.
  // What takes no parameters may read the columns itself.
  //   TRY(rows.each_row([&](std::int64_t id, std::string_view email) { emails.emplace(id, email); }));
  template <typename Row>
  Result<void> each_row(Row row) {
    return give_rows(row, &Row::operator());
  }

  // True when a row is there, false at the end. For what wants its rows one by one.
  Result<bool> step();
  void reset();

  // Columns count from 0. Text views end with the next step, reset or destruction.
  int column_count() const;
  std::string_view column_name(int column) const;
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;
  enum class Type { integer, real, text, blob, null };
  Type type(int column) const;
  // True when running it cannot change any file.
  bool is_read_only() const;

 private:
  friend class Database;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  Result<void> step_through(const std::function<Result<void>()>& row);
  Result<void> check_columns(std::size_t read) const;
  template <typename Column>
  Column column(int at) const;
  template <typename... Columns, std::size_t... at>
  Result<std::optional<typename RowOf<Columns...>::Type>> first_row(std::index_sequence<at...>);
  template <typename Row, typename Returned, typename... Columns>
  Result<void> give_rows(Row& row, Returned (Row::*)(Columns...) const) {
    return give_rows_as<Returned, Columns...>(row, std::index_sequence_for<Columns...>());
  }
  template <typename Returned, typename... Columns, typename Row, std::size_t... at>
  Result<void> give_rows_as(Row& row, std::index_sequence<at...>);
  sqlite3_stmt* statement_ = nullptr;
};

template <typename Column>
Column Statement::column(int at) const {
  if constexpr (std::is_same_v<Column, std::int64_t>) {
    return integer(at);
  } else if constexpr (std::is_same_v<Column, bool>) {
    return integer(at) != 0;
  } else if constexpr (std::is_same_v<Column, double>) {
    return real(at);
  } else if constexpr (std::is_constructible_v<Column, std::nullopt_t>) {
    return is_null(at) ? Column() : Column(column<typename Column::value_type>(at));
  } else {
    return Column(text(at));
  }
}

template <typename... Columns, std::size_t... at>
Result<std::optional<typename RowOf<Columns...>::Type>> Statement::first_row(std::index_sequence<at...>) {
  TRY(check_columns(sizeof...(Columns)));
  if (!TRY(step())) return std::nullopt;
  return typename RowOf<Columns...>::Type(column<Columns>(static_cast<int>(at))...);
}

template <typename... Columns, typename... Values>
Result<std::optional<typename RowOf<Columns...>::Type>> Statement::one_row(const Values&... values) {
  static_assert((!std::is_same_v<Columns, std::string_view> && ...), "the text ends here: a std::string");
  bind_all(values...);
  auto row = first_row<Columns...>(std::index_sequence_for<Columns...>());
  reset();
  return row;
}

template <typename Returned, typename... Columns, typename Row, std::size_t... at>
Result<void> Statement::give_rows_as(Row& row, std::index_sequence<at...>) {
  if constexpr (sizeof...(Columns) > 0) TRY(check_columns(sizeof...(Columns)));
  return step_through([&]() -> Result<void> {
    if constexpr (std::is_void_v<Returned>) {
      row(column<std::remove_cvref_t<Columns>>(static_cast<int>(at))...);
      return {};
    } else {
      return row(column<std::remove_cvref_t<Columns>>(static_cast<int>(at))...);
    }
  });
}

class Database;

// BEGIN IMMEDIATE … COMMIT; rolls back when it is destroyed uncommitted.
class Transaction {
 public:
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  // On failure the transaction is rolled back before this returns.
  Result<void> commit();

 private:
  friend class Database;
  explicit Transaction(Database* database) : database_(database) {}
  Database* database_;
};

// Does not move in memory while a Transaction or a row source of it lives.
class Database {
 public:
  // Waits up to busy_ms for another writer. `create` makes the file when it is absent.
  static Result<Database> open(const std::filesystem::path& file, Access access,
                               int busy_ms = default_busy_ms);
  static Result<Database> in_memory();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // One or more statements without parameters.
  Result<void> execute(const std::string& sql);
  // One statement, with the values bound; text after it is an error. For what is used again and again, and
  // for reading many rows.
  template <typename... Values>
  Result<Statement> prepare(std::string_view sql, const Values&... values) {
    auto statement = compile(sql);
    if (statement) statement->bind_all(values...);
    return statement;
  }
  // One statement, once: see Statement.
  template <typename... Values>
  Result<void> run(std::string_view sql, const Values&... values) {
    return TRY(compile(sql)).run(values...);
  }
  template <typename... Columns, typename... Values>
  Result<std::optional<typename RowOf<Columns...>::Type>> one_row(std::string_view sql,
                                                                  const Values&... values) {
    return TRY(compile(sql)).template one_row<Columns...>(values...);
  }
  template <typename Row>
  Result<void> each_row(std::string_view sql, Row row) {
    return TRY(compile(sql)).each_row(std::move(row));
  }
  // The only column of the first row. A query without rows is an error.
  template <typename... Values>
  Result<std::int64_t> integer(std::string_view sql, const Values&... values) {
    return must_be_there(one_row<std::int64_t>(sql, values...));
  }
  template <typename... Values>
  Result<std::string> text(std::string_view sql, const Values&... values) {
    return must_be_there(one_row<std::string>(sql, values...));
  }
  // Attached files open with this connection's access. The name is an SQL identifier of the caller's own.
  Result<void> attach(const std::filesystem::path& file, std::string_view name);
  Result<Transaction> begin_immediate();
  Result<void> backup_to(const std::filesystem::path& file);
  // Writes the write-ahead log's bytes again and syncs them, under the write lock. Before anything builds on
  // a log that was found: a dead process may have left there what a failed sync did not bring to the disk,
  // and the system, which still shows it, will not try again. Without a log it does nothing.
  Result<void> renew_log();
  // Moves the WAL into the file and empties it; false when a reader was in the way.
  Result<bool> checkpoint_truncate(std::string_view schema = "main");

  // What closing the last connection does with the write-ahead log: moves it into the file (unless told
  // otherwise), or leaves both as they are, for whoever has to repair them.
  enum class LogAtClose { moved, left };
  void at_close(LogAtClose log);

  // Keeps `lock` as long as this connection: nobody else then gets what it guards.
  void hold(std::shared_ptr<const void> lock) { held_ = std::move(lock); }

  std::int64_t last_insert_id() const;
  std::int64_t changed_rows() const;  // by the last statement
  // Pages that this connection has had to read from its files, and has written, since it was opened.
  struct Pages {
    std::int64_t read = 0;
    std::int64_t written = 0;
  };
  Pages pages() const;
  Trouble trouble() const;                     // of the last operation
  std::int64_t written_bytes() const;          // to the write-ahead log by this connection
  sqlite3* handle() { return handle_.get(); }  // for core/sqlite's own extensions

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  Failure failure(std::string_view what) const;
  Result<Statement> compile(std::string_view sql);
  template <typename Column>
  static Result<Column> must_be_there(Result<std::optional<Column>> row) {
    auto value = TRY(std::move(row));
    if (!value) return fail("a query that must have a row has none");
    return *std::move(value);
  }
  std::shared_ptr<const void> held_;  // first, and so let go last
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace stedi::sqlite
