#include "firmware_sim/people/physics/gait.hpp"

#include <algorithm>

#include "firmware_sim/people/physics/near_normal.hpp"

namespace stedi::firmware {

namespace {

// A leg swings for two fifths of a stride, and a stride is two steps.
constexpr double swing_part = 0.8;

// Neighbouring strides resemble each other (Hausdorff 2005, see README.md): half of the variance of a step
// lasts, shrinking by this much a step. How much is ours.
constexpr double persistence = 0.7;
constexpr double lasting_part = 0.7071067811865476;  // √½
constexpr double renewal = 0.714142842854285;        // √(1 − 0.7²)

// Nobody steps faster or slower than this, whatever the draw: a third and three times the mean step time.
constexpr double least_stretch = 1.0 / 3;
constexpr double most_stretch = 3;

}  // namespace

Gait make_gait(double age_years, CounterRandom random) {
  const double decades = (std::clamp(age_years, 20.0, 100.0) - 60) / 10;
  const double aged = std::max(0.0, decades);
  Gait gait;
  gait.cadence_per_min = std::clamp(96 - 9 * aged + 8 * near_normal(random), 44.0, 125.0);
  gait.variation = (0.02 + 0.008 * aged) * evenly(random, 0.7, 1.5);
  gait.asymmetry = 0.02 * near_normal(random);
  gait.fatigue = evenly(random, 0, 0.0008) * (1 + aged);
  gait.lift_mm = std::clamp(95 - 8 * aged + 10 * near_normal(random), 45.0, 130.0);
  gait.shallow = evenly(random, 0, 0.03) * (1 + aged);
  gait.strike_g = evenly(random, 0.2, 0.5);
  gait.standing_mm = evenly(random, 265, 300);
  return gait;
}

Steps::Steps(const Gait& gait, CounterRandom random, double start_s)
    : gait_(gait), random_(random), begin_s_(start_s), left_first_(random_.between(0, 1) == 1) {}

Step Steps::next() {
  const bool is_left = (count_ % 2 == 0) == left_first_;
  drift_ = persistence * drift_ + renewal * near_normal(random_);
  const double varied = 1 + gait_.variation * lasting_part * (drift_ + near_normal(random_));
  const double side = 1 + (is_left ? gait_.asymmetry : -gait_.asymmetry);
  const double tired = 1 + gait_.fatigue * static_cast<double>(count_);
  const double step_s =
      60 / gait_.cadence_per_min * std::clamp(varied * side * tired, least_stretch, most_stretch);
  const bool is_shallow = random_.fraction() < gait_.shallow;
  const double lift_mm =
      gait_.lift_mm * std::max(0.5, 1 + 0.1 * near_normal(random_)) * (is_shallow ? 0.3 : 1);
  const Step step{begin_s_, begin_s_ + swing_part * step_s, lift_mm, is_left};
  begin_s_ += step_s;
  ++count_;
  return step;
}

}  // namespace stedi::firmware
