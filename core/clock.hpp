// Time is injected, so that tests drive it.
#pragma once

#include <cstdint>

namespace stedi {

inline constexpr std::int64_t day_ms = 86'400'000;

class Clock {
 public:
  virtual ~Clock() = default;
  // Wall clock, milliseconds since 1970-01-01 UTC.
  virtual std::int64_t wall_ms() const = 0;
  // Never steps back; for time-outs and pacing. Milliseconds since an arbitrary start.
  virtual std::int64_t monotonic_ms() const = 0;
};

// The machine's clocks. Thread-safe.
class SystemClock final : public Clock {
 public:
  std::int64_t wall_ms() const override;
  std::int64_t monotonic_ms() const override;
};

// A clock that stands still until it is moved. Not thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::int64_t wall_ms) : wall_ms_(wall_ms) {}
  std::int64_t wall_ms() const override { return wall_ms_; }
  std::int64_t monotonic_ms() const override { return monotonic_ms_; }
  void advance_ms(std::int64_t ms) {
    wall_ms_ += ms;
    monotonic_ms_ += ms;
  }
  void set_wall_ms(std::int64_t wall_ms) { wall_ms_ = wall_ms; }

 private:
  std::int64_t wall_ms_;
  std::int64_t monotonic_ms_ = 0;
};

}  // namespace stedi
