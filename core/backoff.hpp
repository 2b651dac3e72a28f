// Exponential back-off with jitter, so that what failed together is not retried together.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace stedi {

// 1 ≤ first_ms ≤ most_ms.
struct BackoffLimits {
  std::int64_t first_ms;
  std::int64_t most_ms;
  // What is waited is a random share of the ceiling, which doubles with every attempt from first_ms to
  // most_ms.
  double least_share;
  double most_share;
};

// How long to wait after `attempts` that failed, one at least. `fraction` is random, in [0, 1).
inline std::int64_t backoff_ms(const BackoffLimits& limits, int attempts, double fraction) {
  std::int64_t ceiling_ms = limits.first_ms;
  for (int i = 1; i < attempts && ceiling_ms < limits.most_ms; ++i) ceiling_ms *= 2;
  ceiling_ms = std::min(ceiling_ms, limits.most_ms);
  const double share = limits.least_share + fraction * (limits.most_share - limits.least_share);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(ceiling_ms) * share));
}

// The same for one that counts its attempts itself. Not thread-safe.
class Backoff {
 public:
  using Milliseconds = std::chrono::milliseconds;

  // 1 ms ≤ least ≤ most: the first ceiling and the last.
  Backoff(Milliseconds least, Milliseconds most, std::uint64_t seed)
      : limits_{least.count(), most.count(), 0.5, 1.0}, random_(seed) {}

  Milliseconds next() {
    return Milliseconds(backoff_ms(limits_, ++attempts_, std::uniform_real_distribution<>()(random_)));
  }
  void reset() { attempts_ = 0; }

 private:
  BackoffLimits limits_;
  int attempts_ = 0;
  std::mt19937_64 random_;
};

}  // namespace stedi
