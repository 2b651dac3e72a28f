// SQLite behind RAII; the only place, with its source files, that knows sqlite3.h.
// A Database and what it makes belong to one thread at a time. Errors name the operation, never bound values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace stedi::sqlite {

enum class Access { read_only, read_write, create };

// Why the last operation of a connection failed, as far as callers act on it.
// rejected: what was written breaks a rule of the database; another value would have gone in.
enum class Trouble { none, busy, full, read_only, io, corrupt, rejected, other };

inline constexpr int default_busy_ms = 5000;  // how long a connection waits for others, unless told

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

  // True when a row is there, false at the end.
  Result<bool> step();
  // Runs to the end and resets, ready to be bound and run again.
  Result<void> run();
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
  sqlite3_stmt* statement_ = nullptr;
};

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
  // One statement; text after it is an error. For a statement that is used again and again.
  Result<Statement> prepare(std::string_view sql);
  // The first column of the first row. A query without rows is an error.
  Result<std::int64_t> integer(std::string_view sql);
  Result<std::string> text(std::string_view sql);
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
  std::shared_ptr<const void> held_;  // first, and so let go last
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace stedi::sqlite
