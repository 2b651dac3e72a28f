#include "lakehouse/landing/watermark.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace stedi::landing {
namespace {

using Verdict = Watermark::Verdict;
constexpr std::size_t plenty = 1000;

TEST(Watermark, PrefixGrowsInOrder) {
  Watermark watermark;
  EXPECT_EQ(watermark.judge(1, plenty), Verdict::fresh);
  watermark.add(1, plenty);
  watermark.add(2, plenty);
  EXPECT_EQ(watermark.prefix(), 2);
  EXPECT_EQ(watermark.ranges_text(), "");
  EXPECT_EQ(watermark.judge(2, plenty), Verdict::landed);
}

TEST(Watermark, AHoleIsRememberedUntilItFills) {
  Watermark watermark;
  watermark.add(1, plenty);
  watermark.add(3, plenty);
  watermark.add(5, plenty);
  EXPECT_EQ(watermark.ranges_text(), "3-3 5-5");
  watermark.add(4, plenty);
  EXPECT_EQ(watermark.ranges_text(), "3-5");
  watermark.add(2, plenty);
  EXPECT_EQ(watermark.prefix(), 5);
  EXPECT_EQ(watermark.ranges_text(), "");
}

TEST(Watermark, RangesAreLimitedButMayAlwaysGrow) {
  Watermark watermark;
  watermark.add(3, plenty);
  watermark.add(6, plenty);
  EXPECT_EQ(watermark.judge(9, 2), Verdict::too_far);
  EXPECT_EQ(watermark.judge(9, 3), Verdict::fresh);
  for (const std::int64_t next_to_a_range : {2, 4, 5, 7})
    EXPECT_EQ(watermark.judge(next_to_a_range, 2), Verdict::fresh);
  EXPECT_EQ(watermark.judge(1, 2), Verdict::fresh) << "the prefix may always grow";
}

TEST(Watermark, RestoreGivesTheSame) {
  Watermark watermark;
  for (const std::int64_t seq : {1, 2, 7, 8, 9, 12}) watermark.add(seq, plenty);
  const auto restored =
      Watermark::restore(watermark.prefix(), watermark.ranges_text(), watermark.lost_text());
  EXPECT_EQ(restored.prefix(), 2);
  EXPECT_EQ(restored.ranges_text(), "7-9 12-12");
}

// The law: after any order of arrival, landed is exactly what was added.
TEST(Watermark, AgreeWithASetOfNumbers) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    Watermark watermark;
    std::set<std::int64_t> added;
    for (int step = 0; step < 60; ++step) {
      const std::int64_t seq = std::uniform_int_distribution<std::int64_t>(1, 40)(random);
      watermark.add(seq, plenty);
      added.insert(seq);
      for (std::int64_t i = 1; i <= 45; ++i) {
        ASSERT_EQ(watermark.judge(i, plenty) == Verdict::landed, added.contains(i))
            << "seed " << seed << ", seq " << i;
      }
    }
  }
}

// ---- Batches that their device has given up

TEST(Watermark, ALostBatchThatComesAfterAllIsFresh) {
  Watermark watermark;
  watermark.add_lost({1, 2}, plenty);
  EXPECT_EQ(watermark.judge(1, plenty), Verdict::fresh);
  watermark.add(1, plenty);
  EXPECT_EQ(watermark.judge(1, plenty), Verdict::landed);
  EXPECT_EQ(watermark.judge(2, plenty), Verdict::fresh);
}

TEST(Watermark, AGapOfEverythingMakesNothingLookLanded) {
  Watermark watermark;
  watermark.add_lost({1, std::int64_t{1} << 53}, 2);
  for (const std::int64_t seq : {1, 2, 3, 10, 20, 30, 40}) {
    ASSERT_EQ(watermark.judge(seq, 2), Verdict::fresh) << seq;
    watermark.add(seq, 2);
  }
  EXPECT_EQ(watermark.judge(50, 2), Verdict::fresh);
}

TEST(Watermark, RoomIsMadeOfHolesThatWereGivenUpAlone) {
  Watermark watermark;
  for (const std::int64_t seq : {3, 6}) watermark.add(seq, 2);
  EXPECT_EQ(watermark.judge(9, 2), Verdict::too_far);
  watermark.add_lost({4, 4}, 2);
  EXPECT_EQ(watermark.judge(9, 2), Verdict::too_far) << "5 may still come";
  watermark.add_lost({5, 5}, 2);
  ASSERT_EQ(watermark.judge(9, 2), Verdict::fresh);
  watermark.add(9, 2);
  EXPECT_EQ(watermark.ranges_text(), "3-6 9-9");
  EXPECT_EQ(watermark.judge(1, 2), Verdict::fresh);
}

// Else the batch above such a hole, and all behind it, would wait for ever.
TEST(Watermark, ABatchAboveAHoleThatWasGivenUpLandsWhenThereIsNoRoom) {
  Watermark watermark;
  watermark.add(7, 1);
  watermark.add_lost({1, 4}, plenty);
  ASSERT_EQ(watermark.judge(6, 1), Verdict::fresh) << "it joins";
  ASSERT_EQ(watermark.judge(5, 1), Verdict::fresh);
  watermark.add(5, 1);
  EXPECT_EQ(watermark.prefix(), 5);
  EXPECT_EQ(watermark.ranges_text(), "7-7");
  EXPECT_EQ(watermark.judge(6, 1), Verdict::fresh);
}

TEST(Watermark, LostRangesAreLimited) {
  Watermark watermark;
  for (std::int64_t seq = 10; seq < 1'000; seq += 10) watermark.add_lost({seq, seq}, 3);
  EXPECT_EQ(watermark.lost_text(), "10-10 20-20 30-30 40-0") << "and from which on they were forgotten";
}

TEST(Watermark, WhatWasForgottenIsMissedAsSoonAsThereIsRoom) {
  Watermark watermark;
  for (const std::int64_t seq : {6, 2, 4}) watermark.add_lost({seq, seq}, 3);
  EXPECT_FALSE(watermark.misses_lost(3)) << "at the limit nothing is forgotten";
  for (const std::int64_t seq : {10, 8, 12}) watermark.add_lost({seq, seq}, 3);
  EXPECT_EQ(watermark.lost_text(), "2-2 4-4 6-6 8-0");
  EXPECT_FALSE(watermark.misses_lost(3)) << "there is no room for more";
  watermark.add(1, plenty);
  watermark.add(2, plenty);
  ASSERT_TRUE(watermark.misses_lost(3));
  watermark.add_lost({14, 14}, 3);
  EXPECT_EQ(watermark.lost_text(), "4-4 6-6 8-0") << "a higher one does not take its place";
  const auto restored =
      Watermark::restore(watermark.prefix(), watermark.ranges_text(), watermark.lost_text());
  EXPECT_TRUE(restored.misses_lost(3));
  watermark.begin_lost_anew();
  for (const std::int64_t seq : {2, 4, 6, 8}) watermark.add_lost({seq, seq}, 3);
  EXPECT_EQ(watermark.lost_text(), "4-4 6-6 8-8");
  EXPECT_FALSE(watermark.misses_lost(3));
}

TEST(Watermark, WhatWasForgottenIsMissedWhenItLiesNextToWhatIsKnown) {
  Watermark watermark;
  for (const std::int64_t seq : {2, 6}) watermark.add_lost({seq, seq}, 1);
  EXPECT_FALSE(watermark.misses_lost(1));
  watermark.add_lost({3, 5}, 1);
  EXPECT_EQ(watermark.lost_text(), "2-5 6-0");
  EXPECT_TRUE(watermark.misses_lost(1)) << "or 7 would wait for 6, which will not come";
}

TEST(Watermark, AGapOfWhatHasLandedTakesNoRoom) {
  Watermark watermark;
  for (const std::int64_t seq : {1, 5, 6, 7}) watermark.add(seq, plenty);
  watermark.add_lost({1, 1}, plenty);
  watermark.add_lost({5, 6}, plenty);
  EXPECT_EQ(watermark.lost_text(), "");
}

TEST(Watermark, RestoreKnowsWhatWasGivenUp) {
  Watermark watermark;
  watermark.add(1, plenty);
  watermark.add_lost({3, 4}, plenty);
  watermark.add_lost({9, 9}, plenty);
  const auto restored =
      Watermark::restore(watermark.prefix(), watermark.ranges_text(), watermark.lost_text());
  EXPECT_EQ(restored.lost_text(), "3-4 9-9");
}

// As the owner of the watermark does it: what was forgotten is told again when it is missed.
Watermark::Verdict judge_with_recall(Watermark& watermark, std::int64_t seq, std::size_t limit,
                                     std::size_t lost_limit, const std::set<std::int64_t>& lost) {
  const auto verdict = watermark.judge(seq, limit);
  if (verdict != Verdict::too_far || !watermark.misses_lost(lost_limit)) return verdict;
  watermark.begin_lost_anew();
  for (const std::int64_t one : lost) watermark.add_lost({one, one}, lost_limit);
  return watermark.judge(seq, limit);
}

// The law: under any limit, what has landed never looks fresh; what neither landed nor was given up never
// looks landed; the room is bounded; and the lowest batch that may still come can always land.
TEST(Watermark, NeverDoubleAndNeverForgetUnderAnyLimit) {
  for (unsigned seed = 0; seed < 600; ++seed) {
    std::mt19937 random(seed);
    const std::size_t limit = 1 + seed % 4;
    const std::size_t lost_limit = seed % 2 == 0 ? plenty : 1 + seed % 5;
    Watermark watermark;
    std::set<std::int64_t> landed;
    std::set<std::int64_t> lost;
    for (int step = 0; step < 80; ++step) {
      const std::int64_t seq = std::uniform_int_distribution<std::int64_t>(1, 40)(random);
      if (random() % 3 == 0) {
        const std::int64_t length = std::uniform_int_distribution<std::int64_t>(0, 5)(random);
        watermark.add_lost({seq, seq + length}, lost_limit);
        for (std::int64_t i = seq; i <= seq + length; ++i) lost.insert(i);
      } else if (judge_with_recall(watermark, seq, limit, lost_limit, lost) == Verdict::fresh) {
        watermark.add(seq, limit);
        landed.insert(seq);
      }
      const auto text = watermark.ranges_text();
      ASSERT_LE(std::count(text.begin(), text.end(), '-'), static_cast<std::ptrdiff_t>(limit)) << text;
      ASSERT_NE(watermark.judge(watermark.prefix() + 1, limit), Verdict::too_far);
      std::int64_t awaited = 1;
      while (landed.contains(awaited) || lost.contains(awaited)) ++awaited;
      ASSERT_EQ(judge_with_recall(watermark, awaited, limit, lost_limit, lost), Verdict::fresh)
          << "seed " << seed << ", seq " << awaited;
      for (std::int64_t i = 1; i <= 45; ++i) {
        const auto verdict = watermark.judge(i, limit);
        if (landed.contains(i)) {
          ASSERT_EQ(verdict, Verdict::landed) << "seed " << seed << ", seq " << i;
        } else if (!lost.contains(i)) {
          ASSERT_NE(verdict, Verdict::landed) << "seed " << seed << ", seq " << i;
        }
      }
    }
  }
}

}  // namespace
}  // namespace stedi::landing
