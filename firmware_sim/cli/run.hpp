// Carries out a command: reads or generates a recording, plays it, reports.
#pragma once

#include <atomic>

#include "firmware_sim/cli/command.hpp"

namespace stedi::firmware {

// The exit status. Expected failures are printed, one line on stderr.
int run_command(const Command& command, const std::atomic<bool>& stop);

}  // namespace stedi::firmware
