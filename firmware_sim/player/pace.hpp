// When a planned batch may be sealed.
#pragma once

#include <cstdint>
#include <optional>

#include "core/clock.hpp"
#include "firmware_sim/recording/batch_plan.hpp"

namespace stedi::firmware {

// Maps the data's own clock to ours: the first batch that is due at all is due now.
class Pace {
 public:
  Pace(double speed, const Clock& clock) : speed_(speed), clock_(clock), start_ms_(clock.monotonic_ms()) {}

  // Monotonic time at which a batch may be sealed.
  std::int64_t due_ms(const PlannedBatch& batch) {
    if (speed_ <= 0 || batch.due_ms == earliest_due) return start_ms_;
    if (!first_due_ms_) first_due_ms_ = batch.due_ms;
    const double wait_ms = static_cast<double>(batch.due_ms - *first_due_ms_) / speed_;
    return start_ms_ + static_cast<std::int64_t>(wait_ms);
  }
  bool is_due(const PlannedBatch& batch) { return due_ms(batch) <= clock_.monotonic_ms(); }

 private:
  double speed_;
  const Clock& clock_;
  std::int64_t start_ms_;
  std::optional<std::int64_t> first_due_ms_;
};

}  // namespace stedi::firmware
