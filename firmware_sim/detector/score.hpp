// How well detected steps agree with the truth: every true step counts at most once, and so does every
// detected one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace stedi::firmware {

struct Score {
  std::size_t true_steps = 0;
  std::size_t detected = 0;
  std::size_t matched = 0;

  double precision() const { return part(matched, detected); }
  double recall() const { return part(matched, true_steps); }
  // The harmonic mean of the two (van Rijsbergen, Information Retrieval, 1979).
  double f1() const { return part(2 * matched, true_steps + detected); }
  Score& operator+=(const Score& other);

 private:
  static double part(std::size_t of, std::size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(of) / static_cast<double>(whole);
  }
};

// One-to-one, as many pairs as can be, both sides no farther apart than the tolerance. Both ascending, in ms.
Score score_steps(std::span<const std::int64_t> true_ms, std::span<const std::int64_t> detected_ms,
                  std::int64_t tolerance_ms);

}  // namespace stedi::firmware
