// One invented person with a phone and a step trainer, and everything they will say.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/record/records.hpp"
#include "firmware_sim/twin/casting.hpp"
#include "firmware_sim/twin/scenario.hpp"

namespace stedi::firmware {

// A typed record and the line that says it: some defects have no typed form (null, a date that is a text).
template <typename Record>
struct Said {
  Record record;
  std::string line;
};

struct Person {
  std::string name;
  std::string email;
  std::string serial;  // of the trainer in use
  std::string birth_day;
  std::vector<std::int64_t> instants_ms;  // of measurement, ascending
  std::int64_t registration_ms = 0;
};

// Everything that one person and their devices say.
struct PersonSaid {
  std::vector<Said<CustomerRecord>> customer;  // oldest first; none for a stranger
  std::vector<Said<AccelerometerReading>> accelerometer;
  std::vector<Said<StepTrainerReading>> step_trainer;
};

// Where the clocks stand that are set to 2099.
inline constexpr std::int64_t year_2099_ms = 4'070'908'800'000;

Person make_person(const TwinScenario& scenario, std::size_t number, const Part& part);

// All of a person's customer records, oldest first; none for a stranger.
std::vector<Said<CustomerRecord>> customer_records(const TwinScenario& scenario, std::size_t number,
                                                   const Part& part, const Person& person);
// Readings in the order of time.
std::vector<Said<AccelerometerReading>> accelerometer_readings(const TwinScenario& scenario,
                                                               std::size_t number, const Part& part,
                                                               const Person& person);
std::vector<Said<StepTrainerReading>> step_trainer_readings(const TwinScenario& scenario, std::size_t number,
                                                            const Part& part, const Person& person);

}  // namespace stedi::firmware
