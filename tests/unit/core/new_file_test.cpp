#include "core/sqlite/new_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/temp_dir.hpp"

namespace stedi::sqlite {
namespace {

namespace fs = std::filesystem;

struct NewFile : testing::Test {
  test::TempDir folder;
  fs::path file = folder.path() / "new.db";

  static Result<void> fill(Database& database) {
    return database.execute("CREATE TABLE t(a); INSERT INTO t VALUES(7)");
  }
  std::int64_t files() const {
    return std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator());
  }
};

TEST_F(NewFile, AppearsWholeInWalModeForThisAccountAlone) {
  ASSERT_TRUE(make_if_absent(file, fill));
  EXPECT_EQ(files(), 1) << "no draft is left";
  auto database = Database::open(file, Access::read_write).value();
  EXPECT_EQ(database.integer("SELECT a FROM t").value(), 7);
  EXPECT_EQ(database.text("PRAGMA journal_mode").value(), "wal");
  struct stat status = {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(NewFile, WhenFillingFailsThereIsNoFile) {
  const auto made = make_if_absent(file, [](Database& database) { return database.execute("CREATE TABLE"); });
  EXPECT_FALSE(made);
  EXPECT_EQ(files(), 0);
}

TEST_F(NewFile, AFileThatIsThereStaysAsItIs) {
  ASSERT_TRUE(make_if_absent(file, fill));
  ASSERT_TRUE(make_if_absent(file, [](Database& database) { return database.execute("CREATE TABLE u(a)"); }));
  auto database = Database::open(file, Access::read_only).value();
  EXPECT_EQ(database.integer("SELECT count(*) FROM sqlite_master").value(), 1);
}

TEST_F(NewFile, OfSeveralMakersOneWinsAndAllSeeItsFile) {
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

TEST_F(NewFile, AFolderThatIsNotThereFailsAndNamesTheFile) {
  const auto made = make_if_absent(folder.path() / "none" / "new.db", fill);
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("new.db"), std::string::npos);
}

}  // namespace
}  // namespace stedi::sqlite
