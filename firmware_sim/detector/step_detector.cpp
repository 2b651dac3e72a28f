#include "firmware_sim/detector/step_detector.hpp"

namespace stedi::firmware {

std::optional<std::int64_t> StepDetector::come_down(std::int64_t time_ms) {
  const std::int64_t up_ms = time_ms - *up_since_ms_;
  up_since_ms_.reset();
  if (up_ms < limits_.least_up_ms || up_ms > limits_.most_up_ms) return std::nullopt;
  return time_ms;
}

std::optional<std::int64_t> StepDetector::push(std::int64_t time_ms, std::int64_t distance_mm) {
  if (distance_mm > limits_.beyond_mm) return std::nullopt;
  const auto distance = static_cast<double>(distance_mm);
  if (!resting_mm_) resting_mm_ = distance;
  const double nearer_mm = *resting_mm_ - distance;
  if (up_since_ms_) {
    if (nearer_mm <= limits_.leave_mm) return come_down(time_ms);
    if (time_ms - *up_since_ms_ <= limits_.most_up_ms) return std::nullopt;
    up_since_ms_.reset();
    resting_mm_ = distance;
    return std::nullopt;
  }
  if (nearer_mm > limits_.enter_mm) {
    up_since_ms_ = time_ms;
  } else if (nearer_mm < limits_.leave_mm) {
    *resting_mm_ += limits_.forgetting * (distance - *resting_mm_);
  }
  return std::nullopt;
}

}  // namespace stedi::firmware
