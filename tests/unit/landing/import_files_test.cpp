// Which files of a folder are imported, and what is said of the others.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>

#include "lakehouse/import/import.hpp"
#include "tests/support/another_account.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::landing {
namespace {

namespace fs = std::filesystem;

struct ImportFilesTest : testing::Test {
  test::TempDir files;

  fs::path make(const std::string& name) const {
    const fs::path file = files.path() / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "{}";
    return file;
  }
};

TEST_F(ImportFilesTest, AreCalledAsEverybodyCallsThem) {
  for (const std::string name :
       {"a.json", "a.JSON", "a.Jsonl", "a.ndjson", "a.json.gz", "a.jsonl.zst", "a.NDJSON.GZ", "part-00000",
        "part-r-00000", "part-m-00001.gz", "run-1655471583651-part-r-00000", "part-00000-4f2c-c000.json",
        "part-00000-4f2c-c000"})
    EXPECT_TRUE(find_import_files({make("customer/" + name)})) << name;
  for (const std::string name :
       {"a.txt", "readings", "part-", "apart-1", "part-x", "a.csv.gz", "part-1.csv"}) {
    const auto found = find_import_files({make("customer/" + name)});
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().fault, Fault::usage);
    EXPECT_NE(found.error().message.find("--stream"), std::string::npos) << found.error().message;
  }
}

TEST_F(ImportFilesTest, AStreamThatIsNamedIsThatOfEveryFile) {
  make("mixed/customer-1.json");
  make("mixed/readings");
  const auto found = find_import_files({files.path() / "mixed", make("other.txt")}, Stream::pairing);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), 3U);
  for (const ImportFile& file : *found) EXPECT_EQ(file.stream, Stream::pairing) << file.path;
}

TEST_F(ImportFilesTest, WhatIsLeftOutOfAFolderIsSaidWithTheReason) {
  make("customer/a.json");
  make("customer/_SUCCESS");
  make("customer/.a.json.crc");
  make("customer/notes.txt");
  make("elsewhere/b.json");
  fs::create_symlink("nowhere.json", files.path() / "customer/gone.json");
  fs::create_directory_symlink("../elsewhere", files.path() / "customer/link");
  ASSERT_EQ(::mkfifo((files.path() / "customer/pipe.json").c_str(), 0600), 0);
  std::vector<SkippedFile> skipped;
  const auto found = find_import_files({files.path() / "customer"}, std::nullopt, &skipped);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  std::map<std::string, std::string> reasons;
  for (const SkippedFile& file : skipped) reasons[file.path.filename().string()] = file.reason;
  EXPECT_EQ(reasons.size(), 4U);
  EXPECT_EQ(reasons["gone.json"], "a link that leads nowhere");
  EXPECT_EQ(reasons["link"], "a link to a folder: name that folder");
  EXPECT_EQ(reasons["pipe.json"], "no regular file");
  EXPECT_NE(reasons["notes.txt"].find("--stream"), std::string::npos);
}

TEST_F(ImportFilesTest, AFolderThatCannotBeReadIsNamedAndTheOthersAreFound) {
  make("customer/a.json");
  make("customer/hidden/b.json");
  fs::permissions(files.path() / "customer/hidden", fs::perms::none);
  std::vector<SkippedFile> skipped;
  for (const fs::path& folder : {files.path(), files.path() / "customer"})
    fs::permissions(folder, fs::perms(0755));
  const auto found = [&] {
    const test::AnotherAccount nobody;
    return find_import_files({files.path() / "customer"}, std::nullopt, &skipped);
  }();
  fs::permissions(files.path() / "customer/hidden", fs::perms::owner_all);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 1U);
  ASSERT_EQ(skipped.size(), 1U);
  EXPECT_NE(skipped.front().reason.find("cannot be read"), std::string::npos);
}

TEST_F(ImportFilesTest, NothingToReadFailsAndSaysWhatWasThere) {
  make("customer/notes.txt");
  const auto found = find_import_files({files.path() / "customer"});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault, Fault::failed);
  EXPECT_NE(found.error().message.find("notes.txt (not called"), std::string::npos) << found.error().message;
}

}  // namespace
}  // namespace stedi::landing
