// How many rows each table must have for a simulation, by the policy alone: from who agreed when and whose
// trainer is whose, not from the jobs that it judges.
#pragma once

#include "firmware_sim/people/expected_counts.hpp"
#include "firmware_sim/people/simulation.hpp"

namespace stedi::firmware {

// Generates the data once more. Holds one person's readings, and 8 bytes for each reading that `reference`
// counts.
ExpectedCounts expected_counts(const Simulation& simulation);

}  // namespace stedi::firmware
