// A person in front of the trainer with the phone in a pocket: distance and acceleration at a time.
#pragma once

#include <limits>
#include <optional>

#include "firmware_sim/people/physics/timeline.hpp"

namespace stedi::firmware {

struct Vector {
  double x = 0;
  double y = 0;
  double z = 0;
};

// The trunk's acceleration beyond gravity, in g.
struct Acceleration {
  double up = 0;
  double forward = 0;
  double left = 0;
};

// Forward only: ask for times that do not go back. What the timeline points at outlives it.
class Body {
 public:
  Body(const Gait& gait, const Timeline& timeline, CounterRandom random);

  // Goes on to a time. False while the person's devices sleep: awake_from_s() says until when.
  bool advance(double time_s);
  // Infinite when they never wake again.
  double awake_from_s() const { return is_over_ ? std::numeric_limits<double>::infinity() : run_.start_s(); }
  std::int64_t sitting() const { return timeline_.sitting(); }
  ActivityKind kind() const { return run_.kind(); }

  // At the time of the last advance(), which was true.
  double distance_mm() const;
  Acceleration acceleration() const;

 private:
  void begin_next_run();

  Gait gait_;
  Timeline timeline_;
  ActivityRun run_;
  std::optional<Movement> coming_;
  Movement movement_;  // the last that has begun
  double rest_before_mm_ = 0;
  double sway_turns_;  // where the slow sway begins
  double time_s_ = 0;
  bool is_over_ = false;
};

}  // namespace stedi::firmware
