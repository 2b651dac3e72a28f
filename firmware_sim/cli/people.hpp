// simulate and score, for scenarios of people.
#pragma once

#include <atomic>

#include "core/result.hpp"
#include "firmware_sim/cli/command.hpp"
#include "firmware_sim/people/simulation.hpp"

namespace stedi::firmware {

// The command's scenario with the command's seed.
Result<Simulation> load_simulation(const Command& command);

// The exit status.
Result<int> simulate_people(const Command& command, const std::atomic<bool>& stop);
Result<int> score_people(const Command& command);

}  // namespace stedi::firmware
