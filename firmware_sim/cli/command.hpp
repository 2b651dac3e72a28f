// The command line of stedi-device.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "firmware_sim/player/player.hpp"

namespace stedi::firmware {

struct Command {
  enum class Verb { replay, simulate, plot, score };
  Verb verb = Verb::replay;
  std::filesystem::path source;  // the data set's folder, or the scenario file
  PlayOptions play;
  bool json_summary = false;
  std::optional<std::uint64_t> seed;  // simulate, plot, score: instead of the scenario's own
  std::filesystem::path expect_out;   // simulate: where the expected counts go, too
  std::filesystem::path dry_run_dir;  // simulate: seed-format files instead of MQTT
  std::filesystem::path plot_out;     // plot: the HTML file
  std::size_t plot_device = 1;        // plot: whose person
};

// What to run, or the exit status when there is nothing to run (help: 0, wrong usage: 2; both printed).
std::variant<Command, int> parse_command(int argc, char** argv);

}  // namespace stedi::firmware
