#include "firmware_sim/people/physics/device_clock.hpp"

#include <limits>

#include "firmware_sim/people/physics/near_normal.hpp"

namespace stedi::firmware {

namespace {

constexpr double crystal_error = 20e-6;
constexpr double rc_error = 0.015;
// The frequency walks by this much every tick, and forgets as slowly: deviations of about 0.2 ppm and 200
// ppm.
constexpr double tick_s = 10;
constexpr double crystal_wander = 0.02e-6;
constexpr double rc_wander = 20e-6;
constexpr double remembered = 0.995;

double frequency_error(Oscillator oscillator, CounterRandom random) {
  const double most = oscillator == Oscillator::crystal ? crystal_error : rc_error;
  return evenly(random, -most, most);
}

double start_offset_ms(const DeviceClock& clock, std::int64_t start_ms, CounterRandom random) {
  if (random.fraction() < clock.boots_in_1970) return -static_cast<double>(start_ms);
  return evenly(random, -clock.start_offset_ms, clock.start_offset_ms);
}

}  // namespace

FaultWindows clock_step_windows(const ClockSteps& steps, CounterRandom clock_random) {
  return {steps.per_hour, steps.least_s, steps.most_s, clock_random.stream("steps")};
}

std::int64_t clock_step_ms(const ClockSteps& steps, CounterRandom clock_random, std::uint64_t window) {
  CounterRandom random = clock_random.stream("step").stream(window);
  const std::int64_t step_ms = random.between(steps.least_ms, steps.most_ms);
  return random.between(0, 1) == 1 ? step_ms : -step_ms;
}

ClockModel::ClockModel(const DeviceClock& clock, const ClockSteps& steps, std::int64_t start_ms,
                       CounterRandom random)
    : start_ms_(start_ms),
      sync_every_s_(clock.sync_every_s),
      sync_error_ms_(clock.sync_error_ms),
      frequency_error_(frequency_error(clock.oscillator, random.stream("frequency"))),
      wander_step_(clock.oscillator == Oscillator::crystal ? crystal_wander : rc_wander),
      offset_ms_(start_offset_ms(clock, start_ms, random.stream("offset"))),
      next_sync_s_(sync_every_s_ > 0 ? sync_every_s_ : std::numeric_limits<double>::infinity()),
      steps_(steps),
      step_windows_(clock_step_windows(steps, random)),
      random_(random.stream("wander")),
      own_(random) {}

void ClockModel::tick(double until_s) {
  offset_ms_ += (until_s - at_s_) * (frequency_error_ + wander_) * 1'000;
  at_s_ = until_s;
}

void ClockModel::sync() {
  offset_ms_ = evenly(random_, -sync_error_ms_, sync_error_ms_);
  next_sync_s_ += sync_every_s_;
}

double ClockModel::offset_ms(double time_s) {
  for (double next_tick_s = (static_cast<double>(static_cast<std::int64_t>(at_s_ / tick_s)) + 1) * tick_s;
       std::min(next_tick_s, next_sync_s_) <= time_s;) {
    if (next_sync_s_ <= next_tick_s) {
      tick(next_sync_s_);
      sync();
    } else {
      tick(next_tick_s);
      wander_ = remembered * wander_ + wander_step_ * near_normal(random_);
      next_tick_s += tick_s;
    }
  }
  const double offset_ms = offset_ms_ + (time_s - at_s_) * (frequency_error_ + wander_) * 1'000;
  if (!step_windows_.strikes(time_s)) return offset_ms;
  return offset_ms + static_cast<double>(clock_step_ms(steps_, own_, step_windows_.count()));
}

std::int64_t ClockModel::stamp_ms(double time_s) {
  return start_ms_ + static_cast<std::int64_t>(time_s * 1'000 + offset_ms(time_s));
}

}  // namespace stedi::firmware
