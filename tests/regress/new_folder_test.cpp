// Once, a new spool or store was synced and its folder's name was not: after a power cut all of it could be
// missing, although readings had been accepted or acknowledged.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/file/durable.hpp"
#include "firmware_sim/spool/folder_lock.hpp"
#include "gateway/store_lock.hpp"
#include "lakehouse/landing/store.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

namespace fs = std::filesystem;

// What this program has asked of the system, in order: "make PATH", "sync PATH".
std::vector<std::string>& asked() {
  static std::vector<std::string> asked;
  return asked;
}

}  // namespace

// In front of the system's own.
extern "C" int mkdir(const char* path, mode_t mode) noexcept {
  static const auto real = reinterpret_cast<int (*)(const char*, mode_t)>(dlsym(RTLD_NEXT, "mkdir"));
  asked().push_back("make " + std::string(path));
  return real(path, mode);
}
extern "C" int fsync(int descriptor) {
  static const auto real = reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, "fsync"));
  std::error_code error;
  const fs::path file = fs::read_symlink("/proc/self/fd/" + std::to_string(descriptor), error);
  asked().push_back("sync " + file.string());
  return real(descriptor);
}

namespace stedi {
namespace {

class NewFolder : public testing::Test {
 protected:
  void SetUp() override { asked().clear(); }
  // Two folders are missing.
  void expect_durable_names() const {
    const std::vector<std::string> expected = {"make " + outer_.string(), "sync " + root_.string(),
                                               "make " + inner_.string(), "sync " + outer_.string()};
    std::vector<std::string> begin = asked();
    std::erase_if(begin, [this](const std::string& what) {  // what was there already may be synced too
      return what == "sync " + root_.parent_path().string();
    });
    begin.resize(std::min(begin.size(), expected.size()));
    EXPECT_EQ(begin, expected);
  }

  const test::TempDir files_;
  const fs::path root_ = fs::canonical(files_.path());
  const fs::path outer_ = root_ / "outer";
  const fs::path inner_ = outer_ / "inner";
};

TEST_F(NewFolder, OfASpoolIsOnDiskUnderItsName) {
  ASSERT_TRUE(firmware::lock_spool(inner_));
  expect_durable_names();
  EXPECT_EQ(fs::status(inner_).permissions(), fs::perms::owner_all);
}

TEST_F(NewFolder, OfAGatewaysStoreIsOnDiskUnderItsName) {
  ASSERT_TRUE(gateway::lock_store(inner_));
  expect_durable_names();
}

TEST_F(NewFolder, OfAnImportsStoreIsOnDiskUnderItsName) {
  const SystemClock clock;
  ASSERT_TRUE(landing::open_landing_for_writing(inner_, clock));
  expect_durable_names();
}

// Its maker may have died between the two.
TEST_F(NewFolder, ThatAnEarlierProcessMadeIsSyncedAgain) {
  fs::create_directory(outer_);
  asked().clear();
  ASSERT_TRUE(make_durable_folder(outer_.string() + "/"));
  EXPECT_EQ(asked(), std::vector<std::string>{"sync " + root_.string()});
}

TEST_F(NewFolder, WhereAFileIsOrNothingMayBeMadeFails) {
  test::write_text(outer_, "a file");
  const auto made = make_durable_folder(inner_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "cannot create the folder " + outer_.string() + ": File exists");
}

TEST_F(NewFolder, OfARelativePathIsMadeWhereWeAre) {
  const fs::path before = fs::current_path();
  fs::current_path(root_);
  const auto made = make_durable_folder("outer/inner");
  fs::current_path(before);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(fs::is_directory(inner_));
  EXPECT_EQ(asked().at(asked().size() - 1), "sync " + outer_.string());
}

}  // namespace
}  // namespace stedi
