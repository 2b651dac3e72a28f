#include "core/backoff.hpp"

#include <gtest/gtest.h>

#include <set>

namespace stedi {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, WaitsBetweenHalfACeilingAndTheCeilingWhichDoublesUpToTheMost) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Backoff backoff(milliseconds(100), milliseconds(500), seed);
    for (const int ceiling : {100, 200, 400, 500, 500}) {
      const milliseconds delay = backoff.next();
      EXPECT_GE(delay.count(), ceiling / 2);
      EXPECT_LE(delay.count(), ceiling);
    }
  }
}

TEST(Backoff, BeginsAnewAfterAReset) {
  Backoff backoff(milliseconds(10), milliseconds(1'000), 1);
  for (int attempt = 0; attempt < 20; ++attempt) backoff.next();
  backoff.reset();
  EXPECT_LE(backoff.next(), milliseconds(10));
}

TEST(Backoff, SpreadsOverTheSharesOfTheCeilingItIsGiven) {
  constexpr BackoffLimits limits{2'000, 30'000, 0.75, 1.25};
  EXPECT_EQ(backoff_ms(limits, 1, 0), 1'500);
  EXPECT_EQ(backoff_ms(limits, 1, 0.5), 2'000);
  EXPECT_EQ(backoff_ms(limits, 4, 0.5), 16'000);
  EXPECT_EQ(backoff_ms(limits, 5, 0.5), 30'000);
  EXPECT_EQ(backoff_ms(limits, 1'000'000, 0.5), 30'000);
}

TEST(Backoff, NeverSaysNotToWaitAtAll) {
  Backoff backoff(milliseconds(1), milliseconds(1), 1);
  for (int attempt = 0; attempt < 20; ++attempt) EXPECT_EQ(backoff.next(), milliseconds(1));
}

TEST(Backoff, SpreadsThoseThatFailedTogether) {
  std::set<milliseconds> delays;
  for (std::uint64_t seed = 0; seed < 100; ++seed)
    delays.insert(Backoff(milliseconds(1'000), milliseconds(1'000), seed).next());
  EXPECT_GT(delays.size(), 50);
}

}  // namespace
}  // namespace stedi
