// The reference step detector: a threshold with hysteresis on the distance. Simple on purpose; what a better
// one is measured against.
#pragma once

#include <cstdint>
#include <optional>

namespace stedi::firmware {

struct DetectorLimits {
  double enter_mm = 40;             // a leg is up when it is nearer than this to its resting place …
  double leave_mm = 15;             // … and down again when it is within this of it
  std::int64_t least_up_ms = 250;   // shorter: something crossed the beam
  std::int64_t most_up_ms = 1'500;  // longer: something stands there, and is where the leg rests from now on
  std::int64_t beyond_mm = 1'500;   // no leg: a missed return
  double forgetting = 0.05;         // how fast the resting place follows, a reading
};

// Readings of one trainer in the order of their times; a value of a few words.
class StepDetector {
 public:
  explicit StepDetector(DetectorLimits limits = {}) : limits_(limits) {}
  // The heel strike's time, by the readings' own clock, when this reading completes a step.
  std::optional<std::int64_t> push(std::int64_t time_ms, std::int64_t distance_mm);

 private:
  std::optional<std::int64_t> come_down(std::int64_t time_ms);

  DetectorLimits limits_;
  std::optional<double> resting_mm_;
  std::optional<std::int64_t> up_since_ms_;
};

}  // namespace stedi::firmware
