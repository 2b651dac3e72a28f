// The truth about the lines of a dry run: whose they are, and how far off the clock was that stamped them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "core/result.hpp"
#include "firmware_sim/people/line_file.hpp"
#include "firmware_sim/people/simulation.hpp"

namespace stedi::firmware {

// A clock's offset is told anew when it has moved by so much: an RC oscillator's drift of a day is 130,000
// lines.
inline constexpr std::int64_t told_offset_ms = 10;

// Writes FOLDER/devices-NAME.ndjson, a line a device, and FOLDER/clocks-NAME.ndjson. Lines count from 1, in
// the file of the device's stream. The simulation outlives it.
class DeviceTruth {
 public:
  static Result<DeviceTruth> make(const Simulation& simulation, const std::filesystem::path& folder);

  // For each line of the device's, in their order. Those of the website are not told.
  void add(std::size_t device, std::size_t line, const SimulatedRecord& record);
  // After the device's last one.
  void end(std::size_t device, std::size_t first_line, std::size_t lines);
  Result<void> close();

 private:
  DeviceTruth(const Simulation& simulation, LineFile devices, LineFile clocks);

  const Simulation* simulation_;
  LineFile devices_;
  LineFile clocks_;
  std::optional<std::int64_t> told_ms_;  // of the device that is being written
};

}  // namespace stedi::firmware
