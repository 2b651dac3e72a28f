#include "core/wire/seed_path.hpp"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace stedi::wire {
namespace {

namespace fs = std::filesystem;

class SeedPathTest : public testing::Test {
 protected:
  // Of a file below the folder, when `given` below it was named.
  std::optional<Stream> stream_of(const std::string& file, const std::string& given) {
    fs::create_directories((folder_ / file).parent_path());
    return stream_of_seed_file(folder_ / file, folder_ / given);
  }
  stedi::test::TempDir folder_;
};

TEST_F(SeedPathTest, TheNearestFolderBelowWhatIsGivenSaysMost) {
  EXPECT_EQ(stream_of("data/accelerometer/landing/part-1.json", "data"), Stream::accelerometer);
  EXPECT_EQ(stream_of("data/customer/step_trainer/part-1.json", "data"), Stream::step_trainer);
  EXPECT_EQ(stream_of("data/pairing/customer-1.json", "data"), Stream::pairing);
  EXPECT_EQ(stream_of("data/pairing/x/customer-1.json", "data/pairing"), Stream::pairing) << "itself, too";
  EXPECT_EQ(stream_of("data/pairing/x/customer-1.json", "data/pairing/"), Stream::pairing);
}

TEST_F(SeedPathTest, ThenTheNamesStart) {
  EXPECT_EQ(stream_of("data/mixed/customer-1.json", "data"), Stream::customer);
  EXPECT_EQ(stream_of("data/consent.ndjson", "data"), Stream::consent);
}

// All files of somebody whose home is named so were customers.
TEST_F(SeedPathTest, WhatLiesAboveSaysLeast) {
  EXPECT_EQ(stream_of("customer/data/accelerometer-1.json", "customer/data"), Stream::accelerometer);
  EXPECT_EQ(stream_of("customer/data/mixed/step_trainer-1.json", "customer/data"), Stream::step_trainer);
  EXPECT_EQ(stream_of("customer/data/part-1.json", "customer/data"), Stream::customer)
      << "when nothing else does";
}

TEST_F(SeedPathTest, OfAFileThatIsGivenItselfItsOwnFolderComesBeforeItsName) {
  EXPECT_EQ(stream_of("pairing/customer-1.json", "pairing/customer-1.json"), Stream::pairing);
  EXPECT_EQ(stream_of("pairing/x/customer-1.json", "pairing/x/customer-1.json"), Stream::customer);
  EXPECT_EQ(stream_of("pairing/x/part-1.json", "pairing/x/part-1.json"), Stream::pairing);
}

TEST_F(SeedPathTest, NothingMayMeanNothingAndAGapIsNoSeedStream) {
  EXPECT_EQ(stream_of("data/readings.json", "data"), std::nullopt);
  EXPECT_EQ(stream_of("data/gap/gap-1.json", "data"), std::nullopt);
  EXPECT_EQ(stream_of("data/customers/x.json", "data"), std::nullopt);
  EXPECT_EQ(stream_of("data/landing/x.json", "data"), std::nullopt);
}

TEST_F(SeedPathTest, NamesAreReadInAnyLetterCaseAndWithTheirZone) {
  EXPECT_EQ(stream_of("data/Customer/x.json", "data"), Stream::customer);
  EXPECT_EQ(stream_of("data/customer_landing/x.json", "data"), Stream::customer);
  EXPECT_EQ(stream_of("data/STEP_TRAINER-LANDING/x.json", "data"), Stream::step_trainer);
  EXPECT_EQ(stream_of("data/mixed/Accelerometer-1.json", "data"), Stream::accelerometer);
}

TEST_F(SeedPathTest, ARelativePathMeansWhereItLeads) {
  const fs::path here = fs::current_path();
  fs::create_directories(folder_ / "customer/data");
  fs::current_path(folder_ / "customer/data");
  EXPECT_EQ(stream_of_seed_file("./x.json", "."), Stream::customer);
  EXPECT_EQ(stream_of_seed_file("./step_trainer.json", "."), Stream::step_trainer);
  EXPECT_EQ(stream_of_seed_file("../data/step_trainer.json", ".."), Stream::customer)
      << "given with its folder";
  fs::current_path(here);
}

TEST_F(SeedPathTest, SeedFilesHaveOneOfThreeExtensions) {
  for (const char* name : {"a.json", "a.jsonl", "a.b.ndjson", "a.JSON"})
    EXPECT_TRUE(is_seed_file(name)) << name;
  for (const char* name : {"a.txt", "json", ".json", "a.json.gz"}) EXPECT_FALSE(is_seed_file(name)) << name;
}

}  // namespace
}  // namespace stedi::wire
