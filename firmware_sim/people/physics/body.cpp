#include "firmware_sim/people/physics/body.hpp"

#include "firmware_sim/people/physics/wave.hpp"

namespace stedi::firmware {

namespace {

constexpr double change_s = 0.4;  // from one activity's place to the next

// Quiet standing sways: by some millimetres, at some tenths of a hertz. Figures of ours.
constexpr double slow_sway_hz = 0.23;
constexpr double fast_sway_hz = 0.61;
constexpr double slow_sway_mm = 2.5;
constexpr double fast_sway_mm = 1.0;

// The trunk rings down after a heel strike within about a tenth of a second.
constexpr double strike_s = 0.1;

}  // namespace

Body::Body(const Gait& gait, const Timeline& timeline, CounterRandom random)
    : gait_(gait), timeline_(timeline), sway_turns_(random.fraction()) {
  begin_next_run();
}

void Body::begin_next_run() {
  rest_before_mm_ = run_.rest_mm();
  auto next = timeline_.next();
  is_over_ = !next;
  if (is_over_) return;
  run_ = *next;
  Movement movement;
  coming_.reset();
  if (run_.next(movement)) coming_ = movement;
}

bool Body::advance(double time_s) {
  time_s_ = time_s;
  while (!is_over_ && time_s >= run_.end_s()) begin_next_run();
  if (is_over_ || time_s < run_.start_s()) return false;
  while (coming_ && coming_->start_s <= time_s) {
    movement_ = *coming_;
    if (!run_.next(*coming_)) coming_.reset();
  }
  return true;
}

double Body::distance_mm() const {
  const double changed = smooth_rise((time_s_ - run_.start_s()) / change_s);
  const double rest_mm = rest_before_mm_ + (run_.rest_mm() - rest_before_mm_) * changed;
  const double sway_mm = slow_sway_mm * sine_of_turns(sway_turns_ + slow_sway_hz * time_s_) +
                         fast_sway_mm * sine_of_turns(sway_turns_ + fast_sway_hz * time_s_);
  double distance_mm = gait_.standing_mm + rest_mm + sway_mm;
  if (time_s_ < movement_.end_s) {
    const double u = (time_s_ - movement_.start_s) / (movement_.end_s - movement_.start_s);
    distance_mm -= movement_.depth_mm * (movement_.is_sharp ? sharp_bump(u) : smooth_bump(u));
  }
  return distance_mm;
}

Acceleration Body::acceleration() const {
  Acceleration acceleration;
  const double since_strike_s = time_s_ - movement_.end_s;
  const double side = movement_.is_left ? 1 : -1;
  if (since_strike_s >= 0) {
    // A peak up, then a smaller one down.
    acceleration.up = movement_.strike_g * (smooth_bump(since_strike_s / strike_s) -
                                            0.4 * smooth_bump((since_strike_s - strike_s) / strike_s));
    acceleration.forward = -0.3 * movement_.strike_g * smooth_bump(since_strike_s / strike_s);
  } else {
    // The trunk goes up and down once while a leg swings, and leans over the other leg.
    const double u = (time_s_ - movement_.start_s) / (movement_.end_s - movement_.start_s);
    acceleration.up = 0.3 * movement_.strike_g * sine_of_turns(u);
    acceleration.left = -0.25 * side * movement_.strike_g * smooth_bump(u);
  }
  return acceleration;
}

}  // namespace stedi::firmware
