// The twin's scenario file: its size, its clock and its defects, all as numbers.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace stedi::firmware {

// People begin to measure in bursts: that is why so many instants are shared by two of them.
struct Sitting {
  double share = 1;           // of the people, relative to the other sittings
  std::int64_t start_s = 0;   // after TwinScenario::first_ms
  std::int64_t spread_s = 0;  // people start within this long, evenly
};

struct TwinPeople {
  std::int64_t count = 956;
  std::int64_t consenting = 482;             // with a valid current consent, however it came about
  std::int64_t consent_after_readings = 18;  // of these: all of their readings are older than their consent
  std::int64_t changed_later = 17;           // lastUpdateDate > registrationDate; half of them consent
  std::int64_t moved = 3;                    // a second customer record, consent unchanged
  std::int64_t agreed_later = 3;             // a second customer record that grants
  std::int64_t withdrew = 3;                 // a second customer record that withdraws
  std::int64_t research_date_zero = 1;
  std::int64_t research_date_text = 1;
  std::int64_t research_date_fractional = 1;
  std::int64_t null_dates = 20;  // absent share dates spelled as null
  std::int64_t no_serial = 2;    // serialNumber null
  std::int64_t strangers = 3;    // readings, but no customer record; beyond `count`
};

struct TwinReadings {
  std::int64_t instants = 30;  // a person
  std::int64_t interval_least_ms = 2'033;
  std::int64_t interval_most_ms = 4'000;
  std::int64_t distance_least = 201;
  std::int64_t distance_most = 300;
  // How often an instant has one, two, … accelerometer rows, relative to each other.
  std::array<std::int64_t, 6> rows_per_instant = {92, 4'589, 23'996, 1, 1, 1};
};

struct TwinDefects {
  std::int64_t duplicate_customers = 2;
  std::int64_t duplicate_accelerometer = 6;
  std::int64_t duplicate_step_trainer = 4;
  std::int64_t emails_spelled_differently = 4;  // people, some of whose readings say the email in upper case
  std::int64_t padded_serials = 2;              // people, some of whose trainer readings pad the serial
  std::int64_t shared_serials = 4;              // pairs of people with one serial
  std::int64_t clock_2099 = 2;                  // people whose last instant is in 2099
  std::int64_t unknown_fields = 5;              // people whose readings carry a field nobody knows
  std::int64_t malformed_customer = 4;
  std::int64_t malformed_accelerometer = 12;
  std::int64_t malformed_step_trainer = 9;
};

struct TwinScenario {
  std::string name = "twin";
  std::uint64_t seed = 1;
  std::int64_t first_ms = 1'655'561'935'000;
  std::int64_t registration_least_s = -15;  // registration, after a person's first reading
  std::int64_t registration_most_s = 43;
  std::vector<Sitting> sittings;
  TwinPeople people;
  TwinReadings readings;
  TwinDefects defects;
};

// Usage errors: an unknown key, a wrong type, a number out of range, more defects than people.
Result<TwinScenario> load_twin_scenario(const std::filesystem::path& file);
Result<TwinScenario> parse_twin_scenario(std::string_view text, std::string_view file_name);

}  // namespace stedi::firmware
