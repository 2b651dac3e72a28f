#include "core/file/lock_file.hpp"

#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/another_account.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi {
namespace {

namespace fs = std::filesystem;

struct LockFileTest : testing::Test {
  test::TempDir files;
  const fs::path file = files / "store.lock";

  void SetUp() override { fs::permissions(files.path(), fs::perms(0755)); }
  bool is_said(const std::string& message, const std::string& part) const {
    return message.find(part) != std::string::npos;
  }
};

TEST_F(LockFileTest, IsMadeForItsOwnerAloneAndOpenedAgain) {
  for (int time = 0; time < 2; ++time) {
    const auto opened = open_lock_file(file);
    ASSERT_TRUE(opened) << opened.error().message;
    ::close(*opened);
  }
  EXPECT_EQ(fs::status(file).permissions(), fs::perms(0600));
}

TEST_F(LockFileTest, OfAnotherAccountNamesTheFileItsOwnerAndTheRemedy) {
  test::write_text(file, "");
  fs::permissions(file, fs::perms(0));
  const test::AnotherAccount we;
  const auto opened = open_lock_file(file);
  ASSERT_FALSE(opened);
  const std::string message = opened.error().message;
  EXPECT_TRUE(is_said(message, file.string())) << message;
  EXPECT_TRUE(is_said(message, "Permission denied")) << message;
  if (we.is_another()) {
    EXPECT_TRUE(is_said(message, "it belongs to root, and this runs as nobody")) << message;
    EXPECT_TRUE(is_said(message, "`chown -R nobody " + files.path().string() + "`")) << message;
  } else {
    EXPECT_TRUE(is_said(message, "let this account")) << message;
  }
}

TEST_F(LockFileTest, WithoutItsFolderSaysSoAndNoMore) {
  const auto opened = open_lock_file(files / "none" / "store.lock");
  ASSERT_FALSE(opened);
  EXPECT_TRUE(is_said(opened.error().message, "No such file or directory")) << opened.error().message;
  EXPECT_FALSE(is_said(opened.error().message, "chown")) << opened.error().message;
}

TEST_F(LockFileTest, TellsWhoHasTheLock) {
  const int first = open_lock_file(file).value();
  const int second = open_lock_file(file).value();
  EXPECT_EQ(holder_of_lock(second), "");
  ASSERT_EQ(::flock(first, LOCK_EX | LOCK_NB), 0);
  EXPECT_TRUE(is_said(holder_of_lock(second), "process " + std::to_string(::getpid()) + ", core_test"))
      << holder_of_lock(second);
  ::close(first);
  EXPECT_EQ(holder_of_lock(second), "");
  ::close(second);
}

}  // namespace
}  // namespace stedi
