#include "core/sqlite/new_database.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/support/temp_dir.hpp"

namespace stedi::sqlite {
namespace {

namespace fs = std::filesystem;

struct NewDatabaseTest : testing::Test {
  test::TempDir folder;
  fs::path file = folder.path() / "new.db";

  static Result<void> fill(Database& database) {
    return database.execute("CREATE TABLE t(a); INSERT INTO t VALUES(7)");
  }
  std::int64_t files() const {
    return std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator());
  }
};

TEST_F(NewDatabaseTest, AppearsWholeInWalModeForThisAccountAlone) {
  ASSERT_TRUE(make_if_absent(file, fill));
  EXPECT_EQ(files(), 1) << "no draft is left";
  auto database = Database::open(file, Access::read_write).value();
  EXPECT_EQ(database.integer("SELECT a FROM t").value(), 7);
  EXPECT_EQ(database.text("PRAGMA journal_mode").value(), "wal");
  struct stat status = {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(NewDatabaseTest, WhenFillingFailsThereIsNoFile) {
  const auto made = make_if_absent(file, [](Database& database) { return database.execute("CREATE TABLE"); });
  EXPECT_FALSE(made);
  EXPECT_EQ(files(), 0);
}

TEST_F(NewDatabaseTest, AFileThatIsThereStaysAsItIs) {
  ASSERT_TRUE(make_if_absent(file, fill));
  ASSERT_TRUE(make_if_absent(file, [](Database& database) { return database.execute("CREATE TABLE u(a)"); }));
  auto database = Database::open(file, Access::read_only).value();
  EXPECT_EQ(database.integer("SELECT count(*) FROM sqlite_master").value(), 1);
}

TEST_F(NewDatabaseTest, OfSeveralMakersOneWinsAndAllSeeItsFile) {
  std::atomic<std::int64_t> made{0};
  std::vector<std::thread> makers;
  for (int i = 0; i < 4; ++i) {
    makers.emplace_back([&] { made += make_if_absent(file, fill) ? 1 : 0; });
  }
  for (auto& maker : makers) maker.join();
  EXPECT_EQ(made, 4);
  EXPECT_EQ(files(), 1);
  EXPECT_EQ(Database::open(file, Access::read_only).value().integer("SELECT count(*) FROM t").value(), 1);
}

TEST_F(NewDatabaseTest, WhatIsNotPublishedLeavesNothing) {
  {
    const auto draft = NewDatabase::begin(file).value();
    auto database = draft.open().value();
    ASSERT_TRUE(fill(database));
    EXPECT_EQ(files(), 1);
  }
  EXPECT_EQ(files(), 0);
}

TEST_F(NewDatabaseTest, AFileThatCameMeanwhileIsNotReplaced) {
  auto draft = NewDatabase::begin(file).value();
  auto database = draft.open().value();
  ASSERT_TRUE(database.execute("CREATE TABLE other(a)"));
  ASSERT_TRUE(make_if_absent(file, fill));
  EXPECT_EQ(draft.publish(std::move(database)).value(), NewDatabase::Published::by_another);
  EXPECT_EQ(Database::open(file, Access::read_only).value().integer("SELECT a FROM t").value(), 7);
}

TEST_F(NewDatabaseTest, AFailedTransactionCanBeRolledBackInADraft) {
  const auto draft = NewDatabase::begin(file).value();
  auto database = draft.open().value();
  ASSERT_TRUE(fill(database));
  {
    const auto transaction = database.begin_immediate();
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database.execute("INSERT INTO t VALUES(8)"));
  }
  EXPECT_EQ(database.integer("SELECT count(*) FROM t").value(), 1);
}

// Of a maker that was killed: nobody holds its lock.
TEST_F(NewDatabaseTest, TheDraftOfAMakerThatWasKilledIsRemovedByTheNext) {
  for (const char* name : {"new.db.new-abcdef", "new.db.new-abcdef-wal", "other.db.new-abcdef"})
    std::ofstream(folder.path() / name) << "left behind";
  ASSERT_TRUE(make_if_absent(file, fill));
  EXPECT_TRUE(fs::exists(folder.path() / "other.db.new-abcdef")) << "of another file";
  EXPECT_EQ(files(), 2);
}

TEST_F(NewDatabaseTest, TheDraftOfALivingMakerStays) {
  auto draft = NewDatabase::begin(file).value();
  auto database = draft.open().value();
  ASSERT_TRUE(fill(database));
  remove_abandoned_drafts(file);
  EXPECT_EQ(draft.publish(std::move(database)).value(), NewDatabase::Published::by_us);
  EXPECT_TRUE(fs::exists(file));
}

TEST_F(NewDatabaseTest, AFolderThatIsNotThereFailsAndNamesTheFile) {
  const auto made = make_if_absent(folder.path() / "none" / "new.db", fill);
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("new.db"), std::string::npos);
}

}  // namespace
}  // namespace stedi::sqlite
