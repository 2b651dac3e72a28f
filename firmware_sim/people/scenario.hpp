// A scenario of people with step trainers and phones: who they are, what they do, what their devices are like
// and what goes wrong. One TOML file; config/scenarios/README.md documents every key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "firmware_sim/people/physics/activity.hpp"
#include "firmware_sim/people/physics/device_clock.hpp"
#include "firmware_sim/people/physics/timeline.hpp"
#include "firmware_sim/people/scenario_faults.hpp"

namespace stedi::firmware {

inline constexpr std::int64_t max_people = 100'000;

// Shares are parts of the people, from 0 to 1. Who plays which part depends on the person's number alone, and
// parts are spread evenly: of any n people in a row, a share s has n·s people, to within one or two.
struct ConsentMix {
  double granted = 0.5;       // the customer record agrees, from registration on
  double grants_later = 0;    // agrees by a consent event after the first sitting
  double withdraws = 0;       // agreed, and withdraws by a consent event after the first sitting
  double returns = 0;         // agreed, withdrew after the first sitting and agrees again after the second
  double without_record = 0;  // readings, but no customer record
                              // all others never agree
};

struct Pairings {
  double paired = 0;         // of the people: their trainer is paired with them at registration
  double serial_defect = 0;  // of the people: their customer record carries one of few serials, not their own
  std::int64_t defect_serials = 30;
  double repaired = 0;  // of those: their trainer is paired with them after the first sitting
};

struct Population {
  std::int64_t count = 1;
  std::int64_t age_least = 60;
  std::int64_t age_most = 90;
  bool has_phone = true;
  bool has_trainer = true;
  ConsentMix consent;
  Pairings pairings;
};

struct TrainerDevice {
  std::string sensor = "VL53L0X";  // a name of people/physics/distance_sensor.hpp
  double rate_hz = 0;              // 0: the sensor's own
  DeviceClock clock;
};

struct PhoneDevice {
  std::string sensor = "phone";  // a name of people/physics/accelerometer.hpp
  double rate_hz = 0;            // 0: the sensor's own
  DeviceClock clock;
};

// What the devices' firmware is given; 0: the program's own default. The command line goes before.
struct DeviceLimits {
  std::int64_t spool_max_bytes = 0;
  std::string spool_policy;  // wait, drop_oldest or drop_newest; empty: the default
  std::int64_t batch_records = 0;
};

struct Scenario {
  std::string name;
  std::uint64_t seed = 1;
  std::string text_digest;                    // of the file's text: names the scenario
  std::int64_t start_ms = 1'709'542'800'000;  // true time of the first sitting; 2024-03-04T09:00Z
  double duration_s = 3'600;                  // nothing is said after it
  Population population;
  Sittings sittings;
  std::vector<Activity> activities;
  TrainerDevice trainer;
  PhoneDevice phone;
  DeviceLimits limits;
  Network network;
  Faults faults;
};

// A scenario file's `kind`: "people", or "twin" (twin/scenario.hpp). Usage errors: no such file, no TOML.
Result<std::string> scenario_kind(const std::filesystem::path& file);

// Usage errors: an unknown key, a wrong type, a number out of range, shares of more than all people.
Result<Scenario> load_scenario(const std::filesystem::path& file);
Result<Scenario> parse_scenario(std::string_view text, std::string_view file_name);

}  // namespace stedi::firmware
