#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "core/file/durable.hpp"
#include "core/file/inside.hpp"
#include "core/file/new_file.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi {
namespace {

namespace fs = std::filesystem;

struct FileTest : testing::Test {
  test::TempDir folder;
  fs::path file = folder.path() / "file";

  Result<void> write(std::string_view text, NewFile::Existing existing,
                     NewFile::Readers readers = NewFile::Readers::owner) const {
    auto made = TRY(NewFile::create(file, readers));
    made.write(text);
    return made.publish(existing);
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()));
  }
};

TEST_F(FileTest, AppearsWholeAndReplacesOnlyWhenTold) {
  {
    auto made = NewFile::create(file, NewFile::Readers::owner);
    ASSERT_TRUE(made && made->write("half of it"));
    EXPECT_FALSE(fs::exists(file));
  }
  EXPECT_EQ(files(), 0U) << "not published, and so taken away";
  ASSERT_TRUE(write("first", NewFile::Existing::keep));
  ASSERT_TRUE(write("second", NewFile::Existing::keep));
  EXPECT_EQ(test::read_text(file), "first");
  ASSERT_TRUE(write("third", NewFile::Existing::replace));
  EXPECT_EQ(test::read_text(file), "third");
  EXPECT_EQ(files(), 1U);
}

TEST_F(FileTest, IsForItsReadersAlone) {
  constexpr auto others = fs::perms::group_all | fs::perms::others_all;
  ASSERT_TRUE(write("a secret", NewFile::Existing::replace));
  EXPECT_EQ(fs::status(file).permissions() & others, fs::perms::none);
  ASSERT_TRUE(write("for all", NewFile::Existing::replace, NewFile::Readers::everybody));
  EXPECT_NE(fs::status(file).permissions() & others, fs::perms::none);
}

// A write comes short at the limit, and the next one fails.
TEST_F(FileTest, WhatCannotBeWrittenWholeLeavesWhatWasThere) {
  ASSERT_TRUE(write("before", NewFile::Existing::replace));
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit lowered{100'000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &lowered), 0);
  const auto written = write(std::string(100'001, 'x'), NewFile::Existing::replace);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);
  EXPECT_FALSE(written);
  EXPECT_EQ(test::read_text(file), "before");
  EXPECT_EQ(files(), 1U);
}

TEST_F(FileTest, AFolderThatIsNotThereIsNamed) {
  EXPECT_TRUE(sync_folder(folder.path()));
  EXPECT_TRUE(sync_folder({}));
  const auto synced = sync_folder(file);
  ASSERT_FALSE(synced);
  EXPECT_NE(synced.error().message.find(file), std::string::npos);
}

TEST_F(FileTest, InsideFollowsLinksAndNeedsNothingToExist) {
  const fs::path store = folder.path() / "store";
  fs::create_directories(store / "sub");
  fs::create_directory_symlink(store / "sub", folder.path() / "link");
  EXPECT_TRUE(is_inside(store, store));
  EXPECT_TRUE(is_inside(store / "keys", store.string() + "/"));
  EXPECT_TRUE(is_inside(folder.path() / "link/keys", store));
  EXPECT_TRUE(is_inside(store / "../store/keys", store));
  EXPECT_FALSE(is_inside(store.string() + "-keys", store));
  EXPECT_FALSE(is_inside(store / "../keys", store));
  EXPECT_EQ(resolved(store.string() + "/"), store);
}

}  // namespace
}  // namespace stedi
