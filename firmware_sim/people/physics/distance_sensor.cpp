#include "firmware_sim/people/physics/distance_sensor.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "firmware_sim/people/physics/near_normal.hpp"

namespace stedi::firmware {

namespace {

constexpr std::array<DistanceProfile, 3> known_distance_sensors = {{
    {.name = "VL53L0X",
     .rate_hz = 30,
     .budget_s = 0.030,
     .least_mm = 30,
     .most_mm = 1'200,
     .quantum_mm = 1,
     .noise_mm = 1.5,
     .noise_part = 0.015,
     .offset_mm = 8,
     .missed = 0.004,
     .multipath = 0.004,
     .longest_detour = 0.6,
     .miss_mm = 8'190},
    {.name = "VL53L1X",
     .rate_hz = 50,
     .budget_s = 0.020,
     .least_mm = 40,
     .most_mm = 1'360,
     .quantum_mm = 1,
     .noise_mm = 2,
     .noise_part = 0.004,
     .offset_mm = 12,
     .missed = 0.003,
     .multipath = 0.003,
     .longest_detour = 0.5,
     .miss_mm = 0},
    {.name = "HC-SR04",
     .rate_hz = 16,
     .budget_s = 0.004,
     .least_mm = 20,
     .most_mm = 4'000,
     .quantum_mm = 3,
     .noise_mm = 2,
     .noise_part = 0.003,
     .offset_mm = 3,
     .missed = 0.02,
     .multipath = 0.015,
     .longest_detour = 1.5,
     .miss_mm = 6'552},
}};

}  // namespace

std::span<const DistanceProfile> distance_profiles() {
  return known_distance_sensors;
}

const DistanceProfile* find_distance_profile(std::string_view name) {
  const auto found = std::find_if(known_distance_sensors.begin(), known_distance_sensors.end(),
                                  [name](const auto& profile) { return profile.name == name; });
  return found == known_distance_sensors.end() ? nullptr : &*found;
}

DistanceSensor::DistanceSensor(const DistanceProfile& profile, CounterRandom random)
    : profile_(&profile),
      offset_mm_(evenly(random, -profile.offset_mm, profile.offset_mm)),
      random_(random) {}

std::optional<std::int64_t> DistanceSensor::measure(double distance_mm) {
  const double luck = random_.fraction();
  const double noise = near_normal(random_);
  const bool is_missed = luck < profile_->missed || distance_mm > profile_->most_mm;
  if (is_missed) return profile_->miss_mm == 0 ? std::nullopt : std::optional(profile_->miss_mm);
  double seen_mm =
      distance_mm + offset_mm_ + noise * (profile_->noise_mm + profile_->noise_part * distance_mm);
  if (luck < profile_->missed + profile_->multipath) {
    const double place = (luck - profile_->missed) / profile_->multipath;
    seen_mm += distance_mm * profile_->longest_detour * (0.1 + 0.9 * place);
  }
  seen_mm = std::max(seen_mm, profile_->least_mm);
  return std::lround(seen_mm / profile_->quantum_mm) * std::lround(profile_->quantum_mm);
}

}  // namespace stedi::firmware
