#include "firmware_sim/detector/score.hpp"

namespace stedi::firmware {

Score& Score::operator+=(const Score& other) {
  true_steps += other.true_steps;
  detected += other.detected;
  matched += other.matched;
  return *this;
}

// On a line the earliest pair that fits is never a mistake: whoever else could take one of the two could as
// well take a later one.
Score score_steps(std::span<const std::int64_t> true_ms, std::span<const std::int64_t> detected_ms,
                  std::int64_t tolerance_ms) {
  Score score{true_ms.size(), detected_ms.size(), 0};
  std::size_t detected = 0;
  for (const std::int64_t step_ms : true_ms) {
    while (detected < detected_ms.size() && detected_ms[detected] < step_ms - tolerance_ms) ++detected;
    if (detected == detected_ms.size()) break;
    if (detected_ms[detected] > step_ms + tolerance_ms) continue;
    ++score.matched;
    ++detected;
  }
  return score;
}

}  // namespace stedi::firmware
