// What phones and trainers say.
#pragma once

#include <memory>

#include "firmware_sim/feed/record_source.hpp"
#include "firmware_sim/people/person.hpp"
#include "firmware_sim/people/physics/device_clock.hpp"

namespace stedi::firmware {

// The scenario outlives them. Their state is of fixed size: below 2 KiB.
std::unique_ptr<RecordSource> open_phone(const Scenario& scenario, const SimulatedPerson& person);
std::unique_ptr<RecordSource> open_trainer(const Scenario& scenario, const SimulatedPerson& person);

// The clocks they stamp with.
ClockModel phone_clock(const Scenario& scenario, const SimulatedPerson& person);
ClockModel trainer_clock(const Scenario& scenario, const SimulatedPerson& person);
// When a trainer's sensor is stuck.
FaultWindows stuck_windows(const Scenario& scenario, const SimulatedPerson& person);

}  // namespace stedi::firmware
