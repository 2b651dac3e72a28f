// What a device's own clock shows at a true time.
#pragma once

#include <cstdint>

#include "firmware_sim/people/physics/fault_windows.hpp"
#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

enum class Oscillator { crystal, rc };

struct DeviceClock {
  Oscillator oscillator = Oscillator::crystal;
  double start_offset_ms = 0;  // at the start, at most, either way
  double sync_every_s = 0;     // NTP sets it so often, in one step; 0: never
  double sync_error_ms = 0;    // what NTP leaves, at most, either way
  double boots_in_1970 = 0;    // share of the devices whose clock counts from 1970 until the first NTP sync
};

// Now and then somebody sets the clock wrong, by least_ms to most_ms either way, until it is set right again.
struct ClockSteps {
  double per_hour = 0;
  double least_s = 1;
  double most_s = 10;
  std::int64_t least_ms = 1'000;
  std::int64_t most_ms = 60'000;
};

// The windows of a device's wrong clock: the clock, and the fault log, go by them.
FaultWindows clock_step_windows(const ClockSteps& steps, CounterRandom clock_random);
// By how much the clock is wrong in the n-th window.
std::int64_t clock_step_ms(const ClockSteps& steps, CounterRandom clock_random, std::uint64_t window);

// A clock with a constant frequency error and one that wanders: a crystal by some tenths of a ppm, as with
// the temperature of a room, an RC oscillator by hundreds. Sources: README.md. Forward only; a value of fixed
// size.
class ClockModel {
 public:
  // `start_ms`: true time, epoch ms, of second 0.
  ClockModel(const DeviceClock& clock, const ClockSteps& steps, std::int64_t start_ms, CounterRandom random);

  // Shown minus true, in ms.
  double offset_ms(double time_s);
  // What it shows: whole epoch ms.
  std::int64_t stamp_ms(double time_s);
  // Its seconds in a true second, as made.
  double rate() const { return 1 + frequency_error_; }

 private:
  void tick(double until_s);
  void sync();

  std::int64_t start_ms_;
  double sync_every_s_;
  double sync_error_ms_;
  double frequency_error_;  // as a part
  double wander_step_;      // of the frequency, each tick
  double wander_ = 0;
  double offset_ms_;
  double at_s_ = 0;  // the time of offset_ms_
  double next_sync_s_;
  ClockSteps steps_;
  FaultWindows step_windows_;
  CounterRandom random_;
  CounterRandom own_;
};

}  // namespace stedi::firmware
