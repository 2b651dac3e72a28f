// Exponential back-off with jitter, so that what failed together is not retried together.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace stedi {

// Not thread-safe.
class Backoff {
 public:
  using Milliseconds = std::chrono::milliseconds;

  // 1 ms ≤ least ≤ most.
  Backoff(Milliseconds least, Milliseconds most, std::uint64_t seed)
      : least_(least), most_(most), ceiling_(least), random_(seed) {}

  // How long to wait before the next attempt: between half the ceiling and the ceiling, which doubles with
  // every attempt up to `most`.
  Milliseconds next() {
    std::uniform_int_distribution<Milliseconds::rep> spread(ceiling_.count() / 2, ceiling_.count());
    const Milliseconds delay(std::max<Milliseconds::rep>(1, spread(random_)));
    ceiling_ = std::min(ceiling_ * 2, most_);
    return delay;
  }
  void reset() { ceiling_ = least_; }

 private:
  Milliseconds least_;
  Milliseconds most_;
  Milliseconds ceiling_;
  std::mt19937_64 random_;
};

}  // namespace stedi
