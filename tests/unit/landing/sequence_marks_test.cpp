#include "lakehouse/landing/sequence_marks.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace stedi::landing {
namespace {

using MarksVerdict = SequenceMarks::Verdict;
constexpr std::size_t plenty = 1000;

TEST(SequenceMarks, PrefixGrowsInOrder) {
  SequenceMarks marks;
  EXPECT_EQ(marks.judge(1, plenty), MarksVerdict::fresh);
  marks.add(1, plenty);
  marks.add(2, plenty);
  EXPECT_EQ(marks.prefix(), 2);
  EXPECT_EQ(marks.ranges_text(), "");
  EXPECT_EQ(marks.judge(2, plenty), MarksVerdict::landed);
}

TEST(SequenceMarks, AHoleIsRememberedUntilItFills) {
  SequenceMarks marks;
  marks.add(1, plenty);
  marks.add(3, plenty);
  marks.add(5, plenty);
  EXPECT_EQ(marks.ranges_text(), "3-3 5-5");
  marks.add(4, plenty);
  EXPECT_EQ(marks.ranges_text(), "3-5");
  marks.add(2, plenty);
  EXPECT_EQ(marks.prefix(), 5);
  EXPECT_EQ(marks.ranges_text(), "");
}

TEST(SequenceMarks, RangesAreLimitedButMayAlwaysGrow) {
  SequenceMarks marks;
  marks.add(3, plenty);
  marks.add(6, plenty);
  EXPECT_EQ(marks.judge(9, 2), MarksVerdict::too_far);
  EXPECT_EQ(marks.judge(9, 3), MarksVerdict::fresh);
  for (const std::int64_t next_to_a_range : {2, 4, 5, 7})
    EXPECT_EQ(marks.judge(next_to_a_range, 2), MarksVerdict::fresh);
  EXPECT_EQ(marks.judge(1, 2), MarksVerdict::fresh) << "the prefix may always grow";
}

TEST(SequenceMarks, RestoreGivesTheSameMarks) {
  SequenceMarks marks;
  for (const std::int64_t seq : {1, 2, 7, 8, 9, 12}) marks.add(seq, plenty);
  const auto restored = SequenceMarks::restore(marks.prefix(), marks.ranges_text(), marks.lost_text());
  EXPECT_EQ(restored.prefix(), 2);
  EXPECT_EQ(restored.ranges_text(), "7-9 12-12");
}

// The law: after any order of arrival, landed is exactly what was added.
TEST(SequenceMarks, AgreeWithASetOfNumbers) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    SequenceMarks marks;
    std::set<std::int64_t> added;
    for (int step = 0; step < 60; ++step) {
      const std::int64_t seq = std::uniform_int_distribution<std::int64_t>(1, 40)(random);
      marks.add(seq, plenty);
      added.insert(seq);
      for (std::int64_t i = 1; i <= 45; ++i) {
        ASSERT_EQ(marks.judge(i, plenty) == MarksVerdict::landed, added.contains(i))
            << "seed " << seed << ", seq " << i;
      }
    }
  }
}

// ---- Batches that their device has given up

TEST(SequenceMarks, ALostBatchThatComesAfterAllIsFresh) {
  SequenceMarks marks;
  marks.add_lost({1, 2}, plenty);
  EXPECT_EQ(marks.judge(1, plenty), MarksVerdict::fresh);
  marks.add(1, plenty);
  EXPECT_EQ(marks.judge(1, plenty), MarksVerdict::landed);
  EXPECT_EQ(marks.judge(2, plenty), MarksVerdict::fresh);
}

TEST(SequenceMarks, AGapOfEverythingMakesNothingLookLanded) {
  SequenceMarks marks;
  marks.add_lost({1, std::int64_t{1} << 53}, 2);
  for (const std::int64_t seq : {1, 2, 3, 10, 20, 30, 40}) {
    ASSERT_EQ(marks.judge(seq, 2), MarksVerdict::fresh) << seq;
    marks.add(seq, 2);
  }
  EXPECT_EQ(marks.judge(50, 2), MarksVerdict::fresh);
}

TEST(SequenceMarks, RoomIsMadeOfHolesThatWereGivenUpAlone) {
  SequenceMarks marks;
  for (const std::int64_t seq : {3, 6}) marks.add(seq, 2);
  EXPECT_EQ(marks.judge(9, 2), MarksVerdict::too_far);
  marks.add_lost({4, 4}, 2);
  EXPECT_EQ(marks.judge(9, 2), MarksVerdict::too_far) << "5 may still come";
  marks.add_lost({5, 5}, 2);
  ASSERT_EQ(marks.judge(9, 2), MarksVerdict::fresh);
  marks.add(9, 2);
  EXPECT_EQ(marks.ranges_text(), "3-6 9-9");
  EXPECT_EQ(marks.judge(1, 2), MarksVerdict::fresh);
}

// Else the batch above such a hole, and all behind it, would wait for ever.
TEST(SequenceMarks, ABatchAboveAHoleThatWasGivenUpLandsWhenThereIsNoRoom) {
  SequenceMarks marks;
  marks.add(7, 1);
  marks.add_lost({1, 4}, plenty);
  ASSERT_EQ(marks.judge(6, 1), MarksVerdict::fresh) << "it joins";
  ASSERT_EQ(marks.judge(5, 1), MarksVerdict::fresh);
  marks.add(5, 1);
  EXPECT_EQ(marks.prefix(), 5);
  EXPECT_EQ(marks.ranges_text(), "7-7");
  EXPECT_EQ(marks.judge(6, 1), MarksVerdict::fresh);
}

TEST(SequenceMarks, LostRangesAreLimited) {
  SequenceMarks marks;
  for (std::int64_t seq = 10; seq < 1'000; seq += 10) marks.add_lost({seq, seq}, 3);
  EXPECT_EQ(marks.lost_text(), "10-10 20-20 30-30 40-0") << "and from which on they were forgotten";
}

TEST(SequenceMarks, WhatWasForgottenIsMissedAsSoonAsThereIsRoom) {
  SequenceMarks marks;
  for (const std::int64_t seq : {6, 2, 4}) marks.add_lost({seq, seq}, 3);
  EXPECT_FALSE(marks.misses_lost(3)) << "at the limit nothing is forgotten";
  for (const std::int64_t seq : {10, 8, 12}) marks.add_lost({seq, seq}, 3);
  EXPECT_EQ(marks.lost_text(), "2-2 4-4 6-6 8-0");
  EXPECT_FALSE(marks.misses_lost(3)) << "there is no room for more";
  marks.add(1, plenty);
  marks.add(2, plenty);
  ASSERT_TRUE(marks.misses_lost(3));
  marks.add_lost({14, 14}, 3);
  EXPECT_EQ(marks.lost_text(), "4-4 6-6 8-0") << "a higher one does not take its place";
  const auto restored = SequenceMarks::restore(marks.prefix(), marks.ranges_text(), marks.lost_text());
  EXPECT_TRUE(restored.misses_lost(3));
  marks.begin_lost_anew();
  for (const std::int64_t seq : {2, 4, 6, 8}) marks.add_lost({seq, seq}, 3);
  EXPECT_EQ(marks.lost_text(), "4-4 6-6 8-8");
  EXPECT_FALSE(marks.misses_lost(3));
}

TEST(SequenceMarks, WhatWasForgottenIsMissedWhenItLiesNextToWhatIsKnown) {
  SequenceMarks marks;
  for (const std::int64_t seq : {2, 6}) marks.add_lost({seq, seq}, 1);
  EXPECT_FALSE(marks.misses_lost(1));
  marks.add_lost({3, 5}, 1);
  EXPECT_EQ(marks.lost_text(), "2-5 6-0");
  EXPECT_TRUE(marks.misses_lost(1)) << "or 7 would wait for 6, which will not come";
}

TEST(SequenceMarks, AGapOfWhatHasLandedTakesNoRoom) {
  SequenceMarks marks;
  for (const std::int64_t seq : {1, 5, 6, 7}) marks.add(seq, plenty);
  marks.add_lost({1, 1}, plenty);
  marks.add_lost({5, 6}, plenty);
  EXPECT_EQ(marks.lost_text(), "");
}

TEST(SequenceMarks, RestoreKnowsWhatWasGivenUp) {
  SequenceMarks marks;
  marks.add(1, plenty);
  marks.add_lost({3, 4}, plenty);
  marks.add_lost({9, 9}, plenty);
  const auto restored = SequenceMarks::restore(marks.prefix(), marks.ranges_text(), marks.lost_text());
  EXPECT_EQ(restored.lost_text(), "3-4 9-9");
}

// As the owner of the marks does it: what was forgotten is told again when it is missed.
SequenceMarks::Verdict judge_with_recall(SequenceMarks& marks, std::int64_t seq, std::size_t limit,
                                         std::size_t lost_limit, const std::set<std::int64_t>& lost) {
  const auto verdict = marks.judge(seq, limit);
  if (verdict != MarksVerdict::too_far || !marks.misses_lost(lost_limit)) return verdict;
  marks.begin_lost_anew();
  for (const std::int64_t one : lost) marks.add_lost({one, one}, lost_limit);
  return marks.judge(seq, limit);
}

// The law: under any limit, what has landed never looks fresh; what neither landed nor was given up never
// looks landed; the room is bounded; and the lowest batch that may still come can always land.
TEST(SequenceMarks, NeverDoubleAndNeverForgetUnderAnyLimit) {
  for (unsigned seed = 0; seed < 600; ++seed) {
    std::mt19937 random(seed);
    const std::size_t limit = 1 + seed % 4;
    const std::size_t lost_limit = seed % 2 == 0 ? plenty : 1 + seed % 5;
    SequenceMarks marks;
    std::set<std::int64_t> landed;
    std::set<std::int64_t> lost;
    for (int step = 0; step < 80; ++step) {
      const std::int64_t seq = std::uniform_int_distribution<std::int64_t>(1, 40)(random);
      if (random() % 3 == 0) {
        const std::int64_t length = std::uniform_int_distribution<std::int64_t>(0, 5)(random);
        marks.add_lost({seq, seq + length}, lost_limit);
        for (std::int64_t i = seq; i <= seq + length; ++i) lost.insert(i);
      } else if (judge_with_recall(marks, seq, limit, lost_limit, lost) == MarksVerdict::fresh) {
        marks.add(seq, limit);
        landed.insert(seq);
      }
      const auto text = marks.ranges_text();
      ASSERT_LE(std::count(text.begin(), text.end(), '-'), static_cast<std::ptrdiff_t>(limit)) << text;
      ASSERT_NE(marks.judge(marks.prefix() + 1, limit), MarksVerdict::too_far);
      std::int64_t awaited = 1;
      while (landed.contains(awaited) || lost.contains(awaited)) ++awaited;
      ASSERT_EQ(judge_with_recall(marks, awaited, limit, lost_limit, lost), MarksVerdict::fresh)
          << "seed " << seed << ", seq " << awaited;
      for (std::int64_t i = 1; i <= 45; ++i) {
        const auto verdict = marks.judge(i, limit);
        if (landed.contains(i)) {
          ASSERT_EQ(verdict, MarksVerdict::landed) << "seed " << seed << ", seq " << i;
        } else if (!lost.contains(i)) {
          ASSERT_NE(verdict, MarksVerdict::landed) << "seed " << seed << ", seq " << i;
        }
      }
    }
  }
}

}  // namespace
}  // namespace stedi::landing
