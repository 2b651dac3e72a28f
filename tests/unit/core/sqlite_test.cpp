#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

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
