// Plays a feed as a command says, shows progress and the summary.
#pragma once

#include <atomic>
#include <functional>

#include "firmware_sim/cli/command.hpp"

namespace stedi::firmware {

struct PlayExtras {
  std::size_t connections = 1;                  // unless the command says; 0: one for each device
  std::function<Result<void>()> on_spool_open;  // or none
};

// The exit status.
Result<int> play_and_report(const Command& command, Feed& feed, const PlayExtras& extras,
                            const std::atomic<bool>& stop);

}  // namespace stedi::firmware
