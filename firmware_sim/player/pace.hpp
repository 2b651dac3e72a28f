// When a batch may be sealed.
#pragma once

#include <cstdint>
#include <optional>

#include "core/clock.hpp"
#include "firmware_sim/feed/feed.hpp"

namespace stedi::firmware {

// Maps the data's own clock to ours: the first batch that is due at all is due now.
class Pace {
 public:
  // `speed` times the data's clock; 0: as fast as acks allow.
  Pace(double speed, const Clock& clock) : speed_(speed), clock_(clock), start_ms_(clock.monotonic_ms()) {}

  // Monotonic time at which a batch that is due at `due_ms` on the data's clock may be sealed.
  std::int64_t real_ms(std::int64_t due_ms) {
    if (speed_ <= 0 || due_ms == earliest_due) return start_ms_;
    if (!first_due_ms_) first_due_ms_ = due_ms;
    const double wait_ms = static_cast<double>(due_ms - *first_due_ms_) / speed_;
    return start_ms_ + static_cast<std::int64_t>(wait_ms);
  }
  bool is_due(std::int64_t due_ms) { return real_ms(due_ms) <= clock_.monotonic_ms(); }
  // There is such a thing as being late.
  bool keeps_time() const { return speed_ > 0; }

 private:
  double speed_;
  const Clock& clock_;
  std::int64_t start_ms_;
  std::optional<std::int64_t> first_due_ms_;
};

}  // namespace stedi::firmware
