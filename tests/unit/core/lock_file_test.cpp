#include "core/file/lock_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <optional>
#include <thread>

#include "tests/support/another_account.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

struct LockFileTest : testing::Test {
  test::TempDir files;
  const fs::path file = files / "store.lock";
  const std::string this_process = "(process " + std::to_string(::getpid()) + ", core_test)";

  void SetUp() override { fs::permissions(files.path(), fs::perms(0755)); }
  static Failure in_the_way(const std::string& holder) { return usage_error("another" + holder + " has it"); }
  static Result<FileLock> take(const fs::path& name, FileLock::Wanted wanted = {}) {
    return FileLock::take(name, wanted, in_the_way);
  }
  bool is_said(const std::string& message, const std::string& part) const {
    return message.find(part) != std::string::npos;
  }
};

TEST_F(LockFileTest, IsMadeForItsOwnerAloneAndTakenAgain) {
  for (int time = 0; time < 2; ++time) {
    const auto lock = take(file);
    ASSERT_TRUE(lock) << lock.error().message;
  }
  EXPECT_EQ(fs::status(file).permissions(), fs::perms(0600));
}

TEST_F(LockFileTest, ThatAnotherHasNamesTheHolderInTheCallersWords) {
  auto first = take(file);
  ASSERT_TRUE(first);
  const auto second = take(file);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "another " + this_process + " has it");
  EXPECT_EQ(second.error().fault, Fault::usage);
  {
    const FileLock moved = *std::move(first);
    EXPECT_FALSE(take(file));
  }
  EXPECT_TRUE(take(file)) << "it ends with its holder";
}

TEST_F(LockFileTest, IsSharedByThoseWhoShareItAndKeepsOutWhoWantsItAlone) {
  constexpr FileLock::Wanted shared{.kind = FileLock::Kind::shared};
  std::optional<FileLock> first = take(file, shared).value();
  std::optional<FileLock> second = take(file, shared).value();
  const auto alone = take(file);
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().message, "another " + this_process + " has it");
  first.reset();
  EXPECT_FALSE(take(file));
  second.reset();
  const auto last = take(file);
  ASSERT_TRUE(last);
  EXPECT_FALSE(take(file, shared));
}

TEST_F(LockFileTest, WaitsAsLongAsToldForAnotherHolder) {
  std::optional<FileLock> first = take(file).value();
  EXPECT_FALSE(take(file, {.patience = milliseconds(50)}));
  std::atomic<bool> waits = false;
  std::thread holder([&] {
    while (!waits) std::this_thread::yield();
    first.reset();
  });
  waits = true;
  EXPECT_TRUE(take(file, {.patience = std::chrono::minutes(1)}));
  holder.join();
}

TEST_F(LockFileTest, MayBeOfAFolder) {
  const auto first = take(files.path());
  ASSERT_TRUE(first) << first.error().message;
  const auto second = take(files.path());
  ASSERT_FALSE(second);
  EXPECT_TRUE(is_said(second.error().message, this_process)) << second.error().message;
}

TEST_F(LockFileTest, OfAnotherAccountNamesTheFileItsOwnerAndTheRemedy) {
  test::write_text(file, "");
  fs::permissions(file, fs::perms(0));
  const test::AnotherAccount we;
  const auto lock = take(file);
  ASSERT_FALSE(lock);
  const std::string message = lock.error().message;
  EXPECT_TRUE(is_said(message, file.string())) << message;
  EXPECT_TRUE(is_said(message, "Permission denied")) << message;
  if (we.is_another()) {
    EXPECT_TRUE(is_said(message, "it belongs to root, and this program runs as nobody")) << message;
    EXPECT_TRUE(is_said(message, "`chown -R nobody " + files.path().string() + "`")) << message;
  } else {
    EXPECT_TRUE(is_said(message, "let this account")) << message;
  }
}

TEST_F(LockFileTest, WithoutItsFolderSaysSoAndNoMore) {
  const auto lock = take(files / "none" / "store.lock");
  ASSERT_FALSE(lock);
  EXPECT_TRUE(is_said(lock.error().message, "No such file or directory")) << lock.error().message;
  EXPECT_FALSE(is_said(lock.error().message, "chown")) << lock.error().message;
}

}  // namespace
}  // namespace stedi
