// Distance sensors: what they report of a true distance.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

// One kind of sensor. To add one, add a line to distance_profiles() and its data-sheet figures to the
// comment.
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

// VL53L0X (ST DocID029104): up to 2 m, default profile 30 ms a measurement and 1.2 m; accuracy (offset and
// standard
//   deviation) 4 % at 1.2 m on white, 7 % at 0.7 m on grey, indoors; 25° field of view; 1 mm a digit; its
//   driver reports 8190 mm when nothing returns.
// VL53L1X (ST DocID031281): up to 50 Hz; short mode 1.36 m with at least 20 ms a measurement; ranging error
// ±20 mm,
//   the sum of accuracy and repeatability; least distance 40 mm; 1 mm a digit; a status tells a miss, so that
//   firmware reports nothing.
// HC-SR04 (Elecfreaks/Cytron): 20 mm to 4 m, steps of 3 mm, at least 60 ms from one measurement to the next,
// 15°; without an
//   echo its pin stays up for 38 ms, which is 6,552 mm at 58 µs a centimetre. Soft cloth swallows the sound.
// How often a return is missed or takes a detour is in no data sheet: those figures are ours.
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
