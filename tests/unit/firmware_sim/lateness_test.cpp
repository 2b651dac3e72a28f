#include "firmware_sim/player/lateness.hpp"

#include <gtest/gtest.h>

namespace stedi::firmware {
namespace {

TEST(Lateness, QuantilesAreExactBelowEightMillisecondsAndToAnEighthAbove) {
  for (const std::int64_t late_ms : {0, 1, 7, 8, 9, 15, 16, 17, 100, 1'000, 86'400'000}) {
    Lateness lateness;
    lateness.add(late_ms);
    EXPECT_GE(lateness.quantile_ms(0.5), late_ms);
    EXPECT_LE(lateness.quantile_ms(0.5), late_ms < 8 ? late_ms : late_ms + late_ms / 8);
  }
}

TEST(Lateness, AQuantileIsWhatThatPartDidNotExceed) {
  Lateness lateness;
  for (int i = 0; i < 99; ++i) lateness.add(2);
  lateness.add(5'000);
  EXPECT_EQ(lateness.quantile_ms(0.5), 2);
  EXPECT_EQ(lateness.quantile_ms(0.98), 2);
  EXPECT_GE(lateness.quantile_ms(0.99), 5'000);
  EXPECT_GE(lateness.quantile_ms(1), 5'000);
}

TEST(Lateness, EarlyIsNotLateAndNothingIsZero) {
  Lateness lateness;
  EXPECT_EQ(lateness.quantile_ms(0.99), 0);
  lateness.add(-5);
  EXPECT_EQ(lateness.quantile_ms(0.99), 0);
  EXPECT_EQ(lateness.total(), 1U);
}

TEST(Lateness, TheLongestIsCountedToo) {
  Lateness lateness;
  lateness.add(std::numeric_limits<std::int64_t>::max());
  EXPECT_GT(lateness.quantile_ms(0.5), 365LL * 86'400'000);
}

}  // namespace
}  // namespace stedi::firmware
