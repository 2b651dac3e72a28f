#include "gateway/disk_watch.hpp"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace stedi::gateway {
namespace {

struct DiskWatchTest : testing::Test {
  std::optional<std::int64_t> free_bytes = 1'000;
  int changes = 0;
  Readiness readiness;
  DiskWatch watch{{200, 80}, [this] { return free_bytes; }, readiness, [this] { ++changes; }};

  void SetUp() override { readiness.set_broker(std::nullopt); }
  void see(std::optional<std::int64_t> bytes) {
    free_bytes = bytes;
    watch.check();
  }
};

TEST_F(DiskWatchTest, WarnsBelowTheFirstLimitAndGoesOn) {
  see(200);
  EXPECT_FALSE(watch.is_low());
  see(199);
  EXPECT_TRUE(watch.is_low());
  EXPECT_FALSE(watch.is_shedding());
  EXPECT_TRUE(readiness.can_land());
  EXPECT_EQ(watch.free_bytes(), 199);
}

TEST_F(DiskWatchTest, ShedsBelowTheSecondLimitAndSaysWhy) {
  see(80);
  EXPECT_FALSE(watch.is_shedding());
  see(79);
  EXPECT_TRUE(watch.is_shedding());
  EXPECT_FALSE(readiness.can_land());
  EXPECT_EQ(readiness.why_not()->find("disk: "), 0U);
  EXPECT_TRUE(readiness.causes().disk);
  EXPECT_EQ(changes, 1);
}

TEST_F(DiskWatchTest, BeginsAgainOnlyWithRoomToSpare) {
  see(10);
  see(89);
  EXPECT_TRUE(watch.is_shedding());
  see(90);
  EXPECT_FALSE(watch.is_shedding());
  EXPECT_TRUE(readiness.ready());
  EXPECT_EQ(changes, 2);
}

TEST_F(DiskWatchTest, WhatIsNotKnownChangesNothing) {
  see(std::nullopt);
  EXPECT_FALSE(watch.is_shedding());
  EXPECT_EQ(watch.free_bytes(), std::nullopt);
  see(10);
  see(std::nullopt);
  EXPECT_TRUE(watch.is_shedding());
}

TEST(FreeSpace, IsThatOfTheFolder) {
  const test::TempDir dir;
  EXPECT_GT(free_space_of(dir.path())().value_or(0), 0);
  EXPECT_EQ(free_space_of(dir / "none")(), std::nullopt);
}

}  // namespace
}  // namespace stedi::gateway
