#include "core/clock.hpp"

#include <chrono>

namespace stedi {

namespace {
template <typename ClockType>
std::int64_t milliseconds_since_epoch() {
  const auto elapsed = ClockType::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count();
}
}  // namespace

std::int64_t SystemClock::wall_ms() const {
  return milliseconds_since_epoch<std::chrono::system_clock>();
}
std::int64_t SystemClock::monotonic_ms() const {
  return milliseconds_since_epoch<std::chrono::steady_clock>();
}

}  // namespace stedi
