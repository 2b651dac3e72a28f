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
