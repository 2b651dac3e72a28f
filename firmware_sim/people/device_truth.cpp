#include "firmware_sim/people/device_truth.hpp"

#include <cstdlib>

#include "firmware_sim/spool/spool.hpp"

namespace stedi::firmware {

namespace {

std::string kind_name(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::website:
      return "website";
    case DeviceKind::phone:
      return "phone";
    case DeviceKind::trainer:
      return "trainer";
  }
  return "";
}

std::string wire_id(const Simulation& simulation, std::size_t device) {
  const RecordedDevice& named = simulation.devices()[device];
  return simulated_device_id(simulation.identity_seed(), named.kind, named.name);
}

// {"person":0,"device":"phone"
std::string line_start(const Simulation& simulation, std::size_t device) {
  const std::string person =
      device == 0 ? "" : "\"person\":" + std::to_string(simulation.person_of(device)) + ",";
  return "{" + person + "\"device\":\"" + kind_name(simulation.devices()[device].kind) + "\"";
}

}  // namespace

Result<DeviceTruth> DeviceTruth::make(const Simulation& simulation, const std::filesystem::path& folder) {
  const std::string name = simulation.scenario().name + ".ndjson";
  auto devices = TRY(LineFile::make(folder / ("devices-" + name)));
  auto clocks = TRY(LineFile::make(folder / ("clocks-" + name)));
  return DeviceTruth(simulation, std::move(devices), std::move(clocks));
}

DeviceTruth::DeviceTruth(const Simulation& simulation, LineFile devices, LineFile clocks)
    : simulation_(&simulation), devices_(std::move(devices)), clocks_(std::move(clocks)) {
  devices_.add(line_start(simulation, 0) + ",\"id\":\"" + wire_id(simulation, 0) +
               "\",\"seed\":" + std::to_string(simulation.scenario().seed) + "}");
}

void DeviceTruth::add(std::size_t device, std::size_t line, const SimulatedRecord& record) {
  if (device == 0) return;
  const std::int64_t offset_ms = record.time_ms - record.due_ms;
  if (told_ms_ && std::abs(offset_ms - *told_ms_) < told_offset_ms) return;
  told_ms_ = offset_ms;
  clocks_.add(line_start(*simulation_, device) + ",\"line\":" + std::to_string(line) +
              ",\"offset\":" + std::to_string(offset_ms) + "}");
}

void DeviceTruth::end(std::size_t device, std::size_t first_line, std::size_t lines) {
  told_ms_.reset();
  if (device == 0) return;
  devices_.add(line_start(*simulation_, device) + ",\"id\":\"" + wire_id(*simulation_, device) +
               "\",\"firstLine\":" + std::to_string(first_line) + ",\"lines\":" + std::to_string(lines) +
               "}");
}

Result<void> DeviceTruth::close() {
  TRY(devices_.close());
  return clocks_.close();
}

}  // namespace stedi::firmware
