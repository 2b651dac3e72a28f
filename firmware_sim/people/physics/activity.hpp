// What a person does for a while, as movements in front of the sensor.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "firmware_sim/people/physics/gait.hpp"
#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

enum class ActivityKind { steps, stand, turn, walk_past, sit, object };

struct ActivityName {
  std::string_view name;
  ActivityKind kind;
};

// As scenarios and the truth call them.
inline constexpr std::array<ActivityName, 6> activity_names = {{
    {"steps", ActivityKind::steps},
    {"stand", ActivityKind::stand},
    {"turn", ActivityKind::turn},
    {"walk_past", ActivityKind::walk_past},
    {"sit", ActivityKind::sit},
    {"object", ActivityKind::object},
}};
std::string_view activity_name(ActivityKind kind);

// A part of a sitting. Everything but `steps` is a non-step, which a detector must not count.
struct Activity {
  ActivityKind kind = ActivityKind::steps;
  std::int64_t least_steps = 30;  // steps alone
  std::int64_t most_steps = 30;
  double least_s = 5;  // all others
  double most_s = 10;
  double share = 1;  // how often it is drawn, relative to the others (sittings by length)
};

// Something comes nearer to the sensor and goes back.
struct Movement {
  double start_s = 0;
  double end_s = 0;     // of a step: its heel strike
  double depth_mm = 0;  // at the nearest
  double strike_g = 0;  // the trunk's, after the end; 0: it is not the body that moved
  bool is_step = false;
  bool is_left = false;
  bool is_sharp = false;  // it crosses the beam instead of approaching
};

// One activity under way; a value. Its movements do not overlap.
class ActivityRun {
 public:
  ActivityRun() = default;
  ActivityRun(const Activity& activity, const Gait& gait, CounterRandom random, double start_s);

  ActivityKind kind() const { return kind_; }
  double start_s() const { return start_s_; }
  double end_s() const { return end_s_; }
  // Where the nearest thing is while nothing moves, beyond where the person stands: negative is nearer.
  double rest_mm() const { return rest_mm_; }
  // The next movement; false when there is none any more.
  bool next(Movement& movement);

 private:
  bool next_step(Movement& movement);
  bool next_other(Movement& movement);

  ActivityKind kind_ = ActivityKind::stand;
  double start_s_ = 0;
  double end_s_ = 0;
  double rest_mm_ = 0;
  double strike_g_ = 0;
  double free_from_s_ = 0;
  std::int64_t steps_left_ = 0;
  CounterRandom random_{0};
  Steps steps_{Gait{}, CounterRandom(0), 0};
};

}  // namespace stedi::firmware
