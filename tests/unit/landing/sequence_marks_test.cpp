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
  marks.add(1);
  marks.add(2);
  EXPECT_EQ(marks.prefix(), 2);
  EXPECT_EQ(marks.ranges_text(), "");
  EXPECT_EQ(marks.judge(2, plenty), MarksVerdict::landed);
}

TEST(SequenceMarks, AHoleIsRememberedUntilItFills) {
  SequenceMarks marks;
  marks.add(1);
  marks.add(3);
  marks.add(5);
  EXPECT_EQ(marks.ranges_text(), "3-3 5-5");
  marks.add(4);
  EXPECT_EQ(marks.ranges_text(), "3-5");
  marks.add(2);
  EXPECT_EQ(marks.prefix(), 5);
  EXPECT_EQ(marks.ranges_text(), "");
}

TEST(SequenceMarks, RangesAreLimitedButMayAlwaysGrow) {
  SequenceMarks marks;
  marks.add(3);
  marks.add(6);
  EXPECT_EQ(marks.judge(9, 2), MarksVerdict::too_far);
  EXPECT_EQ(marks.judge(9, 3), MarksVerdict::fresh);
  for (const std::int64_t next_to_a_range : {2, 4, 5, 7})
    EXPECT_EQ(marks.judge(next_to_a_range, 2), MarksVerdict::fresh);
  EXPECT_EQ(marks.judge(1, 2), MarksVerdict::fresh) << "the prefix may always grow";
}

TEST(SequenceMarks, RestoreGivesTheSameMarks) {
  SequenceMarks marks;
  for (const std::int64_t seq : {1, 2, 7, 8, 9, 12}) marks.add(seq);
  const auto restored = SequenceMarks::restore(marks.prefix(), marks.ranges_text());
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
      const std::int64_t length = std::uniform_int_distribution<std::int64_t>(0, 3)(random);
      marks.add({seq, seq + length});
      for (std::int64_t i = seq; i <= seq + length; ++i) added.insert(i);
      for (std::int64_t i = 1; i <= 45; ++i) {
        ASSERT_EQ(marks.judge(i, plenty) == MarksVerdict::landed, added.contains(i))
            << "seed " << seed << ", seq " << i;
      }
    }
  }
}

}  // namespace
}  // namespace stedi::landing
