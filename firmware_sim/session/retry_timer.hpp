// When to try again: exponential back-off with jitter, so that a fleet does not speak in chorus.
#pragma once

#include <algorithm>
#include <cstdint>

#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

struct RetryLimits {
  std::int64_t first_ms = 2'000;
  std::int64_t most_ms = 30'000;
};

// The wait before the attempt after `attempts` unanswered ones: doubled each time, times 0.75 to 1.25.
inline std::int64_t retry_delay_ms(const RetryLimits& limits, int attempts, CounterRandom& random) {
  std::int64_t delay_ms = limits.first_ms;
  for (int i = 1; i < attempts && delay_ms < limits.most_ms; ++i) delay_ms *= 2;
  delay_ms = std::min(delay_ms, limits.most_ms);
  return static_cast<std::int64_t>(static_cast<double>(delay_ms) * (0.75 + random.fraction() / 2));
}

}  // namespace stedi::firmware
