#include "gateway/store_lock.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/file/lock_file.hpp"
#include "lakehouse/landing/store_use.hpp"
#include "tests/support/another_account.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::gateway {
namespace {

struct StoreLockTest : testing::Test {
  test::TempDir files;

  std::string why_not() const {
    const auto lock = lock_store(files.path());
    return lock ? "" : lock.error().message;
  }
  static bool is_said(const std::string& message, const std::string& part) {
    return message.find(part) != std::string::npos;
  }
  const std::string this_process = "process " + std::to_string(::getpid());
};

TEST_F(StoreLockTest, IsOneGatewaysUntilThatEnds) {
  {
    const auto first = lock_store(files.path());
    ASSERT_TRUE(first);
    const std::string message = why_not();
    EXPECT_TRUE(is_said(message, "another gateway has it (" + this_process)) << message;
    EXPECT_TRUE(is_said(message, "stop that one first")) << message;
  }
  EXPECT_EQ(why_not(), "");
}

TEST_F(StoreLockTest, IsHeldWithoutItsFilesToo) {
  const auto first = lock_store(files.path());
  ASSERT_TRUE(first);
  std::filesystem::remove(files / "gateway.lock");
  std::filesystem::remove(files / "store.lock");
  EXPECT_TRUE(is_said(why_not(), "another gateway has it (" + this_process)) << why_not();
}

// As `restore` has them, from before its first file until the store is in its place.
TEST_F(StoreLockTest, ThatARestoreHoldsSaysSo) {
  {
    const auto held = FileLock::take(files / "gateway.lock", [](const std::string&) { return fail("held"); });
    ASSERT_TRUE(held);
    const auto alone = landing::StoreUse::take_alone(files.path());
    ASSERT_TRUE(alone);
    const std::string message = why_not();
    EXPECT_TRUE(is_said(message, "being restored")) << message;
    EXPECT_TRUE(is_said(message, "try again when the restore has finished")) << message;
    EXPECT_TRUE(is_said(message, this_process)) << message;
    EXPECT_FALSE(is_said(message, "gateway has it")) << message;
  }
  EXPECT_EQ(why_not(), "");
}

TEST_F(StoreLockTest, OfAnotherAccountNamesTheFileAndTheRemedy) {
  std::filesystem::permissions(files.path(), std::filesystem::perms(0755));
  test::write_text(files / "gateway.lock", "");
  std::filesystem::permissions(files / "gateway.lock", std::filesystem::perms(0));
  const test::AnotherAccount we;
  const std::string message = why_not();
  EXPECT_TRUE(is_said(message, (files / "gateway.lock").string())) << message;
  EXPECT_TRUE(is_said(message, we.is_another() ? "chown -R nobody " : "let this account")) << message;
}

}  // namespace
}  // namespace stedi::gateway
