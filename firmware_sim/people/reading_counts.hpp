// Rows of each table, counted person by person from what their devices said, when it is known from when their
// consent runs and whose their trainer is.
#pragma once

#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

#include "firmware_sim/people/expected_counts.hpp"

namespace stedi::firmware {

struct Motion {
  std::int64_t time_ms;
  double x;
  double y;
  double z;
  bool operator==(const Motion&) const = default;
  bool operator<(const Motion& other) const {
    return std::tie(time_ms, x, y, z) < std::tie(other.time_ms, other.x, other.y, other.z);
  }
};

struct Distance {
  std::int64_t time_ms;
  std::int64_t distance;
  bool operator==(const Distance&) const = default;
  bool operator<(const Distance& other) const {
    return std::tie(time_ms, distance) < std::tie(other.time_ms, other.distance);
  }
};

// What one person's devices said.
struct PersonReadings {
  std::vector<Motion> accelerometer;
  std::vector<Distance> step_trainer;

  void sort_distinct();  // equal readings once, ascending
};

inline constexpr std::int64_t since_ever = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

// Holds 8 bytes for each reading that `reference` counts.
class ReadingCounts {
 public:
  // Readings are sorted and distinct. Consent runs, and the trainer's readings are known to be the person's,
  // from these instants on.
  void add_strict(const PersonReadings& readings, std::int64_t consent_from_ms, std::int64_t owned_from_ms);
  // `records`: the person's distinct customer records that agree. Their trainer's readings are those that
  // carry the serial of such a record.
  void add_reference(const PersonReadings& readings, std::size_t records);

  const ZoneCounts& strict() const { return strict_; }
  ZoneCounts reference();  // after everybody: it joins across people, on time alone

 private:
  ZoneCounts strict_;
  ZoneCounts reference_;
  std::vector<std::int64_t> accelerometer_ms_;  // of all people, for `reference`
  std::vector<std::int64_t> step_trainer_ms_;
};

}  // namespace stedi::firmware
