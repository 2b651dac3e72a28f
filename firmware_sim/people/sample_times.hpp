// The instants at which a device's own oscillator makes it sample.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace stedi::firmware {

// Evenly spaced in the device's own time, and so nearly in true time. Seconds of true time; a value.
class SampleTimes {
 public:
  // `clock_rate`: seconds of the device's own in a true second; `phase`: where in the first interval, 0 to 1.
  SampleTimes(double rate_hz, double clock_rate, double phase)
      : interval_s_(1 / (rate_hz * clock_rate)), phase_s_(phase * interval_s_) {}

  double next_s() { return phase_s_ + interval_s_ * static_cast<double>(index_++); }
  // Leaves out the samples before a time.
  void skip_to(double time_s) {
    const auto index = static_cast<std::int64_t>(std::ceil((time_s - phase_s_) / interval_s_));
    index_ = std::max(index_, index);
  }

 private:
  double interval_s_;
  double phase_s_;
  std::int64_t index_ = 0;
};

}  // namespace stedi::firmware
