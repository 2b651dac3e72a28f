// What really happened: the key to score step detectors and time alignment with. Never published.
#pragma once

#include <memory>

#include "firmware_sim/feed/record_source.hpp"
#include "firmware_sim/people/person.hpp"

namespace stedi::firmware {

// One line a step of the person, as step_event.schema.json says; time_ms is the heel strike's true time. Only
// steps within the scenario's duration. The scenario outlives it.
std::unique_ptr<RecordSource> open_step_truth(const Scenario& scenario, const SimulatedPerson& person);

}  // namespace stedi::firmware
