// What a twin's people and devices were planned to say, typed.
#pragma once

#include <vector>

#include "core/record/records.hpp"

namespace stedi::firmware {

struct SeedRecords {
  std::vector<CustomerRecord> customers;
  std::vector<AccelerometerReading> accelerometer;
  std::vector<StepTrainerReading> step_trainer;
  std::size_t malformed = 0;  // further records that no reader may accept
};

}  // namespace stedi::firmware
