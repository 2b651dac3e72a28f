// When a fault of the sensor strikes a device, and for how long.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "firmware_sim/people/physics/near_normal.hpp"
#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

// Seconds since the scenario's start.
struct FaultWindow {
  double from_s = std::numeric_limits<double>::infinity();
  double until_s = std::numeric_limits<double>::infinity();
};

// Time is cut into slots of an hour / per_hour, and each holds one window at a random place: the rate holds
// exactly, windows never overlap, and the n-th needs none of the others. Forward only; a value.
class FaultWindows {
 public:
  FaultWindows() = default;
  // per_hour 0: never. A window is no longer than its slot.
  FaultWindows(double per_hour, double least_s, double most_s, CounterRandom random)
      : slot_s_(per_hour > 0 ? 3'600 / per_hour : 0), least_s_(least_s), most_s_(most_s), random_(random) {
    if (slot_s_ > 0) begin_next();
  }

  // The first window that ends after the time; its number, from 0, by count().
  const FaultWindow& at(double time_s) {
    while (time_s >= window_.until_s) begin_next();
    return window_;
  }
  bool strikes(double time_s) { return at(time_s).from_s <= time_s; }
  std::uint64_t count() const { return next_ - 1; }

 private:
  void begin_next() {
    CounterRandom random = random_.stream(next_);
    const double length_s = std::min(evenly(random, least_s_, most_s_), slot_s_);
    window_.from_s = slot_s_ * static_cast<double>(next_) + (slot_s_ - length_s) * random.fraction();
    window_.until_s = window_.from_s + length_s;
    ++next_;
  }

  double slot_s_ = 0;
  double least_s_ = 0;
  double most_s_ = 0;
  CounterRandom random_{0};
  std::uint64_t next_ = 0;
  FaultWindow window_;
};

}  // namespace stedi::firmware
