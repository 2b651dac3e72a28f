// Distance sensors: what they report of a true distance.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

// One kind of sensor. To add one, add a line to distance_profiles() and its data sheet to README.md.
struct DistanceProfile {
  std::string_view name;
  double rate_hz;   // as fast as it measures with this timing
  double budget_s;  // a measurement takes so long; what it says is of its middle, when it says it is its end
  double least_mm;  // nearer than this it says least_mm
  double most_mm;   // farther than this it sees nothing
  double quantum_mm;      // of what it reports
  double noise_mm;        // standard deviation at the sensor …
  double noise_part;      // … and how it grows with the distance
  double offset_mm;       // of one specimen, at most, either way
  double missed;          // part of the measurements without a return: dark cloth, a slanted shin
  double multipath;       // part whose return came by way of something else
  double longest_detour;  // by which such a return is longer, at most, as a part
  std::int64_t miss_mm;   // what it reports when nothing returns; 0: it reports nothing
};

// Their figures by document and table, and which of them are ours: README.md, "Sources".
// VL53L0X: reports 8,190 mm when nothing returns, as its driver does.
// VL53L1X: a status tells a miss, so that firmware reports nothing.
// HC-SR04: without an echo its pin stays up for 38 ms, which is 6,552 mm at 58 µs a centimetre.
std::span<const DistanceProfile> distance_profiles();
const DistanceProfile* find_distance_profile(std::string_view name);

// One specimen; a value. Every measurement takes numbers of its random stream, whatever it sees.
class DistanceSensor {
 public:
  DistanceSensor(const DistanceProfile& profile, CounterRandom random);
  // Whole millimetres; nullopt when it reports nothing.
  std::optional<std::int64_t> measure(double distance_mm);

 private:
  const DistanceProfile* profile_;
  double offset_mm_;
  CounterRandom random_;
};

}  // namespace stedi::firmware
