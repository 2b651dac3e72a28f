#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>
#include <tuple>

#include "core/sqlite/database.hpp"
#include "core/sqlite/row_sink.hpp"
#include "core/sqlite/row_source.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::sqlite {
namespace {

Database with_table() {
  auto database = Database::in_memory();
  EXPECT_TRUE(database->execute("CREATE TABLE t (a INTEGER, b TEXT)"));
  return std::move(*database);
}

TEST(Sqlite, BindsAndReadsEveryType) {
  Database database = with_table();
  auto statement = *database.prepare("SELECT ?, ?, ?, ?, ?");
  statement.bind_all(std::int64_t{7}, 1.5, std::string_view("text"), std::optional<std::int64_t>{},
                     std::string_view());
  ASSERT_TRUE(*statement.step());
  EXPECT_EQ(statement.integer(0), 7);
  EXPECT_EQ(statement.real(1), 1.5);
  EXPECT_EQ(statement.text(2), "text");
  EXPECT_TRUE(statement.is_null(3));
  EXPECT_EQ(statement.type(4), Statement::Type::text);
  EXPECT_FALSE(*statement.step());
}

TEST(SqliteRows, RunBindsItsValuesInOrderAndLeavesTheStatementReadyAgain) {
  Database database = with_table();
  auto insert = *database.prepare("INSERT INTO t VALUES (?, ?)");
  ASSERT_TRUE(insert.run(std::int64_t{1}, "one"));
  ASSERT_TRUE(insert.run(std::int64_t{2}, std::optional<std::string>{}));
  ASSERT_TRUE(database.run("INSERT INTO t VALUES (?, ?)", 3, std::string("three")));
  EXPECT_EQ(database.integer("SELECT count(*) FROM t WHERE a > ?", 1), 2);
  EXPECT_EQ(database.text("SELECT b FROM t WHERE a = ?", 3), "three");
  EXPECT_FALSE(database.run("INSERT INTO absent VALUES (?)", 1));
}

TEST(SqliteRows, OneRowGivesTheFirstOrNothing) {
  Database database = with_table();
  ASSERT_TRUE(database.execute("INSERT INTO t VALUES (1, 'one'), (2, NULL), (3, 'three')"));
  using TextOrNull = std::optional<std::string>;
  auto find = *database.prepare("SELECT a, b, a > 1 FROM t WHERE a >= ? ORDER BY a");
  const auto first = find.one_row<std::int64_t, std::string, bool>(1);
  EXPECT_EQ(*first.value(), (std::tuple<std::int64_t, std::string, bool>(1, "one", false)));
  const auto second = find.one_row<std::int64_t, TextOrNull, bool>(2);
  EXPECT_EQ(*second.value(), (std::tuple<std::int64_t, TextOrNull, bool>(2, std::nullopt, true)));
  EXPECT_EQ(find.one_row<>(4).error().message, "a row of 3 columns is read as one of 0");
  const auto none = find.one_row<std::int64_t, std::string, bool>(4);
  EXPECT_EQ(none.value(), std::nullopt);
  EXPECT_EQ(*database.one_row<double>("SELECT a / 2.0 FROM t WHERE a = ?", 3).value(), 1.5);
  EXPECT_EQ(*database.one_row<TextOrNull>("SELECT b FROM t WHERE a = 2").value(), std::nullopt);
}

TEST(SqliteRows, EachRowGivesTheColumnsInTheTypesOfItsFunction) {
  Database database = with_table();
  ASSERT_TRUE(database.execute("INSERT INTO t VALUES (1, 'one'), (2, NULL)"));
  std::string seen;
  auto rows = *database.prepare("SELECT a, b, b FROM t WHERE a < ? ORDER BY a", 3);
  const auto see = [&](std::int64_t a, std::string_view b, const std::optional<std::string>& or_null) {
    seen += std::to_string(a) + "," + std::string(b) + "," + or_null.value_or("null") + ";";
  };
  ASSERT_TRUE(rows.each_row(see));
  EXPECT_EQ(seen, "1,one,one;2,,null;");
  ASSERT_TRUE(rows.each_row(see)) << "it is ready to be read again";
  EXPECT_EQ(seen, "1,one,one;2,,null;1,one,one;2,,null;");
  std::int64_t sum = 0;
  ASSERT_TRUE(database.each_row("SELECT a FROM t", [&](std::int64_t a) { sum += a; }));
  EXPECT_EQ(sum, 3);
  std::size_t rows_seen = 0;
  ASSERT_TRUE(database.each_row("SELECT a, b FROM t", [&] { ++rows_seen; }));
  EXPECT_EQ(rows_seen, 2);
}

TEST(SqliteRows, EachRowEndsAtAFailureOfItsFunctionAndPassesItOn) {
  Database database = with_table();
  ASSERT_TRUE(database.execute("INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three')"));
  std::int64_t last = 0;
  auto rows = *database.prepare("SELECT a FROM t ORDER BY a");
  const auto stopped = rows.each_row([&](std::int64_t a) -> Result<void> {
    last = a;
    return a == 2 ? Result<void>(fail("two is enough")) : Result<void>();
  });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().message, "two is enough");
  EXPECT_EQ(last, 2);
  EXPECT_TRUE(database.execute("DROP TABLE t")) << "no statement is in the middle of it";
}

TEST(SqliteRows, EachRowPassesOnThatAStepFails) {
  Database database = with_table();
  ASSERT_TRUE(database.execute("INSERT INTO t VALUES (1, '{'), (2, '{}')"));
  const auto failed = database.each_row("SELECT json(b) FROM t", [](std::string_view) {});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "malformed JSON");
}

TEST(SqliteRows, ColumnsThatAreMoreOrFewerThanThoseReadAreAFailure) {
  Database database = with_table();
  const auto failed = database.each_row("SELECT a, b FROM t", [](std::int64_t) {});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "a row of 2 columns is read as one of 1");
  EXPECT_FALSE((database.one_row<std::int64_t, std::string>("SELECT 1")));
  EXPECT_FALSE(database.integer("SELECT 1, 2"));
}

TEST(Sqlite, AnUncommittedTransactionRollsBack) {
  Database database = with_table();
  {
    auto transaction = database.begin_immediate();
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database.execute("INSERT INTO t VALUES (1, 'x')"));
  }
  EXPECT_EQ(database.integer("SELECT count(*) FROM t"), 0);
  {
    auto transaction = database.begin_immediate();
    ASSERT_TRUE(database.execute("INSERT INTO t VALUES (1, 'x')"));
    ASSERT_TRUE(transaction->commit());
  }
  EXPECT_EQ(database.integer("SELECT count(*) FROM t"), 1);
}

TEST(Sqlite, RenewingTheLogChangesNothing) {
  const auto file =
      std::filesystem::temp_directory_path() / ("stedi-renew-" + std::to_string(::getpid()) + ".db");
  {
    auto database = *Database::open(file, Access::create);
    ASSERT_TRUE(database.renew_log()) << "without a log it does nothing";
    ASSERT_TRUE(
        database.execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a)"));
    ASSERT_TRUE(
        database.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
                         "INSERT INTO t SELECT randomblob(1000) FROM n"));
    const auto log_bytes = std::filesystem::file_size(file.string() + "-wal");
    ASSERT_GT(log_bytes, 1'000'000U);
    ASSERT_TRUE(database.renew_log());
    EXPECT_EQ(std::filesystem::file_size(file.string() + "-wal"), log_bytes);
    EXPECT_EQ(database.integer("SELECT count(*) FROM t"), 3000);
    EXPECT_EQ(database.text("PRAGMA integrity_check"), "ok");
    ASSERT_TRUE(database.execute("INSERT INTO t VALUES (1)")) << "the write lock is free again";
  }
  std::filesystem::remove(file);
}

TEST(Sqlite, OneStatementAtATime) {
  Database database = with_table();
  EXPECT_TRUE(database.prepare("SELECT 1; -- done"));
  EXPECT_FALSE(database.prepare("SELECT 1; SELECT 2"));
  EXPECT_FALSE(database.prepare("  "));
}

TEST(Sqlite, KnowsWhatOnlyReads) {
  Database database = with_table();
  EXPECT_TRUE(database.prepare("SELECT * FROM t")->is_read_only());
  EXPECT_FALSE(database.prepare("DELETE FROM t")->is_read_only());
}

TEST(Sqlite, WrittenBytesAreOfTheFilesOwnPages) {
  const test::TempDir folder;
  auto database = Database::open(folder.path() / "t.db", Access::create).value();
  ASSERT_TRUE(database.execute("PRAGMA page_size=8192; PRAGMA journal_mode=WAL"));
  ASSERT_TRUE(database.execute("CREATE TABLE t (a)"));
  EXPECT_GT(database.pages().written, 0);
  EXPECT_EQ(database.written_bytes(), database.pages().written * (8192 + 24));
}

struct Collected final : RowSink {
  std::vector<std::int64_t> values;
  void take(std::span<const std::int64_t> row) override {
    values.insert(values.end(), row.begin(), row.end());
  }
};

TEST(RowSink, TakesTheRowsOfASelectInTheOrderTheyAreRead) {
  auto database = Database::in_memory().value();
  ASSERT_TRUE(
      database.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (2, 20), (1, NULL)"));
  Collected first;
  ASSERT_TRUE(register_row_sink(database, "collect", 2, first));
  ASSERT_TRUE(database.prepare("SELECT collect(id, a) FROM t WHERE id > 0").value().run());
  EXPECT_EQ(first.values, (std::vector<std::int64_t>{1, 0, 2, 20}));
  Collected second;
  ASSERT_TRUE(register_row_sink(database, "collect", 2, second));
  ASSERT_TRUE(database.prepare("SELECT collect(a, id) FROM t WHERE id = 2").value().run());
  EXPECT_EQ(second.values, (std::vector<std::int64_t>{20, 2}));
  EXPECT_EQ(first.values.size(), 4U) << "the sink of a name is the latest one";
}

struct Squares final : RowSource {
  std::size_t rows = 0;
  std::size_t row_count() const override { return rows; }
  void read(std::size_t row, int column, Cell& cell) const override {
    const auto n = static_cast<std::int64_t>(row);
    if (column == 0) return cell.integer(n * n);
    return n % 2 == 0 ? cell.null() : cell.text("odd");
  }
};

TEST(RowSource, InsertsRowsFromMemory) {
  Squares squares;
  Database database = with_table();
  ASSERT_TRUE(register_row_source(database, "squares", "a, b", squares));
  auto insert = *database.prepare("INSERT INTO t SELECT a, b FROM squares");
  squares.rows = 4;
  ASSERT_TRUE(insert.run());
  squares.rows = 2;
  ASSERT_TRUE(insert.run());
  EXPECT_EQ(database.integer("SELECT sum(a) FROM t"), 0 + 1 + 4 + 9 + 0 + 1);
  EXPECT_EQ(database.integer("SELECT count(b) FROM t"), 3);
}

}  // namespace
}  // namespace stedi::sqlite
