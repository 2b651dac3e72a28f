// Plays a feed as a command says, shows progress and the summary.
#pragma once

#include <atomic>
#include <functional>

#include "firmware_sim/cli/command.hpp"
#include "firmware_sim/cli/report.hpp"
#include "firmware_sim/faults/fault_layer.hpp"

namespace stedi::firmware {

struct PlayExtras {
  SummaryFormat summary = SummaryFormat::line;  // unless the command wants JSON
  std::size_t connections = 1;                  // unless the command says; 0: one for each device
  std::function<Result<void>()> on_spool_open;  // or none
  std::optional<FaultPlan> faults;              // their log stands beside the spool
};

// The exit status.
Result<int> play_and_report(const Command& command, Feed& feed, const PlayExtras& extras,
                            const std::atomic<bool>& stop);

}  // namespace stedi::firmware
