// The command line of stedi-device.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "firmware_sim/player/player.hpp"

namespace stedi::firmware {

struct Command {
  enum class Verb { replay, simulate, score };
  Verb verb = Verb::replay;
  std::filesystem::path source;  // the data set's folder, or the scenario file
  PlayOptions play;
  // Over how many; 0: each device over its own. Unless told: recordings over one, scenarios of people over 0.
  std::optional<std::size_t> connections;
  std::int64_t batch_ms = 1'000;  // scenarios of people: what comes within it travels together
  // What the command line said; a scenario's own limits give way to it.
  struct Given {
    bool batch_records = false;
    bool spool_max_bytes = false;
    bool spool_policy = false;
  };
  Given given;
  bool json_summary = false;
  std::optional<std::uint64_t> seed;  // simulate, score: instead of the scenario's own
  std::filesystem::path expect_out;   // simulate: where the expected counts go, too
  std::filesystem::path dry_run_dir;  // simulate: seed-format files instead of MQTT
};

// By the name that command line and scenarios give them.
const std::map<std::string, OverflowPolicy>& overflow_policies();

// What to run, or the exit status when there is nothing to run (help: 0, wrong usage: 2; both printed).
std::variant<Command, int> parse_command(int argc, char** argv);

}  // namespace stedi::firmware
