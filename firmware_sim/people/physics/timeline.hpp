// A person's sittings and the activities in them, one after the other.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "firmware_sim/people/physics/activity.hpp"

namespace stedi::firmware {

// When a person's devices are awake; between two sittings they sleep and say nothing.
struct Sittings {
  std::int64_t per_person = 1;
  double spread_s = 0;   // people begin within this long, evenly
  double every_s = 600;  // from one sitting's start to the next, or to the end of a longer one
  double length_s =
      0;  // 0: the activities as listed, once each; else: activities drawn by share until this long
};

// Forward only; a value of fixed size. What it points at outlives it.
class Timeline {
 public:
  Timeline(const Sittings& sittings, std::span<const Activity> activities, const Gait& gait,
           CounterRandom random);

  // The next activity; nullopt after the last one.
  std::optional<ActivityRun> next();
  double first_s() const { return first_s_; }  // start of the first sitting
  // Of the activity that came last; the first one is 0.
  std::int64_t sitting() const { return sitting_; }

 private:
  bool is_sitting_over() const;
  const Activity& choose(CounterRandom& random) const;

  const Sittings* sittings_;
  std::span<const Activity> activities_;
  Gait gait_;
  CounterRandom random_;
  double shares_ = 0;
  std::int64_t sitting_ = 0;
  std::uint64_t activity_ = 0;  // of the sitting
  double first_s_;
  double sitting_start_s_;
  double free_from_s_;
};

}  // namespace stedi::firmware
