// How one person steps in place.
#pragma once

#include <cstdint>

#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

struct Gait {
  double cadence_per_min = 90;  // steps of both feet
  double variation = 0.03;      // of the step time, standard deviation / mean
  double asymmetry = 0.02;      // left steps take this much longer, right ones shorter, as a part
  double fatigue = 0.0005;      // each step takes this much longer than the one before, as a part
  double lift_mm = 85;          // how far a leg comes nearer to the sensor, on average
  double shallow = 0.02;        // part of the steps that hardly leave the floor
  double strike_g = 0.3;        // peak of the trunk's acceleration after a heel strike
  double standing_mm = 280;     // from the sensor to the shin of who stands
};

// A person's gait, by age. Sources, and what is ours: README.md.
Gait make_gait(double age_years, CounterRandom random);

struct Step {
  double lift_off_s = 0;
  double strike_s = 0;  // heel strike
  double lift_mm = 0;
  bool is_left = false;
};

// A run of steps, one after the other; a value.
class Steps {
 public:
  Steps(const Gait& gait, CounterRandom random, double start_s);
  Step next();

 private:
  Gait gait_;
  CounterRandom random_;
  double begin_s_;
  double drift_ = 0;  // the part of the variation that lasts from step to step
  std::int64_t count_ = 0;
  bool left_first_;
};

}  // namespace stedi::firmware
