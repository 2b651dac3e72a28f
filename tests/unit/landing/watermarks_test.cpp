// The watermarks of more sources than stay in memory.
#include "lakehouse/landing/watermarks.hpp"

#include <gtest/gtest.h>

#include "lakehouse/landing/store.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::landing {
namespace {

constexpr std::size_t max_cached_sources = 4;
using Verdict = Watermark::Verdict;

class WatermarksTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(watermarks_.load()); }
  void add_sources(std::int64_t from, std::int64_t to) {
    for (std::int64_t source = from; source <= to; ++source) ASSERT_TRUE(watermarks_.add(source, 1, 0));
  }
  Verdict judge(std::int64_t source, std::int64_t seq) { return watermarks_.judge(source, seq).value(); }

  const test::TempDir files_;
  const ManualClock clock_{1'700'000'000'000};
  sqlite::Database database_ = std::move(open_landing_for_writing(files_.path(), clock_).value());
  Watermarks watermarks_{database_, {.max_cached_sources = max_cached_sources}};
};

TEST_F(WatermarksTest, ASaveIsDueWhenAsManySourcesAreNotSavedAsStayInMemory) {
  add_sources(1, max_cached_sources - 1);
  EXPECT_FALSE(watermarks_.is_save_due());
  add_sources(max_cached_sources, max_cached_sources);
  EXPECT_TRUE(watermarks_.is_save_due());
  ASSERT_TRUE(watermarks_.save(1));
  EXPECT_FALSE(watermarks_.is_save_due());
}

TEST_F(WatermarksTest, SavedWatermarksMakeRoomAndAreReadAgainWhenTheyAreNeeded) {
  for (std::int64_t round = 0; round < 5; ++round) {
    add_sources(1 + round * 4, 4 + round * 4);
    ASSERT_TRUE(watermarks_.save(round));
    EXPECT_EQ(watermarks_.cached_sources(), max_cached_sources);
  }
  for (std::int64_t source = 1; source <= 20; ++source) {
    EXPECT_EQ(judge(source, 1), Verdict::landed) << source;
    EXPECT_EQ(judge(source, 2), Verdict::fresh) << source;
    EXPECT_EQ(watermarks_.cached_sources(), max_cached_sources);
  }
}

TEST_F(WatermarksTest, WhatIsNotSavedStaysWhateverElseIsAskedFor) {
  add_sources(1, max_cached_sources + 2);
  for (std::int64_t source = 100; source < 200; ++source) EXPECT_EQ(judge(source, 1), Verdict::fresh);
  for (std::int64_t source = 1; source <= 6; ++source) EXPECT_EQ(judge(source, 1), Verdict::landed) << source;
  EXPECT_LE(watermarks_.cached_sources(), max_cached_sources + 3)
      << "one that is only asked for takes the place of another";
}

}  // namespace
}  // namespace stedi::landing
