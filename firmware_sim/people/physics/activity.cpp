#include "firmware_sim/people/physics/activity.hpp"

#include "firmware_sim/people/physics/near_normal.hpp"

namespace stedi::firmware {

namespace {

constexpr double settle_s = 0.5;  // before the first step and after the last

// What moves while nobody steps. Ranges of our own choice: near enough to steps to be mistaken for one.
struct Disturbance {
  double least_pause_s;
  double most_pause_s;
  double least_lasts_s;
  double most_lasts_s;
  double least_depth_mm;
  double most_depth_mm;
  double strike_part;  // of the person's heel strike
  bool is_sharp;
};

Disturbance disturbance_of(ActivityKind kind) {
  switch (kind) {
    case ActivityKind::turn:  // the feet shuffle round
      return {0.1, 0.5, 0.3, 0.8, 12, 50, 0.4, false};
    case ActivityKind::walk_past:  // somebody else's legs, two by two
      return {0.4, 2.5, 0.25, 0.6, 40, 180, 0, true};
    case ActivityKind::sit:  // the feet fidget
      return {2, 8, 0.4, 1.5, 10, 60, 0.1, false};
    case ActivityKind::object:  // it is pushed, the hand comes near
      return {3, 9, 0.5, 1.5, 5, 30, 0.05, false};
    default:  // standing: weight goes from leg to leg
      return {2, 7, 0.6, 1.6, 5, 25, 0.1, false};
  }
}

double rest_of(ActivityKind kind, CounterRandom& random) {
  switch (kind) {
    case ActivityKind::turn:
      return evenly(random, -15, 25);
    case ActivityKind::sit:
      return evenly(random, 30, 120);
    case ActivityKind::object:
      return evenly(random, -180, -70);
    default:
      return evenly(random, -6, 6);
  }
}

}  // namespace

std::string_view activity_name(ActivityKind kind) {
  for (const auto& [name, named] : activity_names) {
    if (named == kind) return name;
  }
  return "";
}

ActivityRun::ActivityRun(const Activity& activity, const Gait& gait, CounterRandom random, double start_s)
    : kind_(activity.kind),
      start_s_(start_s),
      strike_g_(gait.strike_g),
      free_from_s_(start_s + settle_s),
      random_(random),
      steps_(gait, random.stream("steps"), start_s + settle_s) {
  rest_mm_ = rest_of(kind_, random_);
  if (kind_ != ActivityKind::steps) {
    end_s_ = start_s + evenly(random_, activity.least_s, activity.most_s);
    return;
  }
  steps_left_ = random_.between(activity.least_steps, activity.most_steps);
  Steps rehearsal = steps_;
  double last_strike_s = start_s;
  for (std::int64_t i = 0; i < steps_left_; ++i) last_strike_s = rehearsal.next().strike_s;
  end_s_ = last_strike_s + settle_s;
}

bool ActivityRun::next(Movement& movement) {
  return kind_ == ActivityKind::steps ? next_step(movement) : next_other(movement);
}

bool ActivityRun::next_step(Movement& movement) {
  if (steps_left_ == 0) return false;
  --steps_left_;
  const Step step = steps_.next();
  movement = {step.lift_off_s, step.strike_s, step.lift_mm, strike_g_, true, step.is_left, false};
  return true;
}

bool ActivityRun::next_other(Movement& movement) {
  const Disturbance disturbance = disturbance_of(kind_);
  const double from_s = free_from_s_ + evenly(random_, disturbance.least_pause_s, disturbance.most_pause_s);
  const double until_s = from_s + evenly(random_, disturbance.least_lasts_s, disturbance.most_lasts_s);
  if (until_s + settle_s > end_s_) return false;
  free_from_s_ = until_s;
  const double depth_mm = evenly(random_, disturbance.least_depth_mm, disturbance.most_depth_mm);
  movement = {from_s,
              until_s,
              depth_mm,
              strike_g_ * disturbance.strike_part,
              false,
              random_.between(0, 1) == 1,
              disturbance.is_sharp};
  return true;
}

}  // namespace stedi::firmware
