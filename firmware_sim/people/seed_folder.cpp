#include "firmware_sim/people/seed_folder.hpp"

#include <algorithm>

#include "core/wire/topic.hpp"
#include "firmware_sim/people/line_file.hpp"

namespace stedi::firmware {

namespace {

Result<StreamCounts> write_stream(const Simulation& simulation, Stream stream,
                                  const std::filesystem::path& folder) {
  StreamCounts counts;
  counts.name = wire::stream_name(stream);
  auto file = LineFile::make(folder / counts.name / "landing" /
                             (counts.name + "-" + simulation.scenario().name + ".json"));
  if (!file) return Failure(file.error());
  SimulatedRecord record;
  for (std::size_t i = 0; i < simulation.streams().size(); ++i) {
    if (simulation.streams()[i].stream != stream) continue;
    ++counts.devices;
    for (const auto source = simulation.open(i); source->next(record); ++counts.records) {
      file->add(record.json);
      counts.first_due_ms =
          counts.records == 0 ? record.due_ms : std::min(counts.first_due_ms, record.due_ms);
      counts.last_due_ms = std::max(counts.last_due_ms, record.due_ms);
    }
  }
  if (auto closed = file->close(); !closed) return Failure(closed.error());
  return counts;
}

Result<std::size_t> write_steps(const Simulation& simulation, const std::filesystem::path& folder) {
  auto file = LineFile::make(folder / ("steps-" + simulation.scenario().name + ".ndjson"));
  if (!file) return Failure(file.error());
  std::size_t steps = 0;
  SimulatedRecord record;
  for (std::size_t person = 0; person < simulation.people(); ++person) {
    for (const auto source = simulation.open_truth(person); source->next(record); ++steps)
      file->add(record.json);
  }
  if (auto closed = file->close(); !closed) return Failure(closed.error());
  return steps;
}

std::string sensor_fault_line(const Simulation& simulation, std::size_t device, const SensorFault& fault) {
  const bool is_phone = simulation.devices()[device].kind == DeviceKind::phone;
  return "{\"person\":" + std::to_string(simulation.person_of(device)) + ",\"device\":\"" +
         (is_phone ? "phone" : "trainer") + "\",\"fault\":\"" + std::string(name_of(fault.kind)) +
         "\",\"from\":" + std::to_string(fault.from_ms) + ",\"until\":" + std::to_string(fault.until_ms) +
         ",\"stepMilliseconds\":" + std::to_string(fault.step_ms) + "}";
}

// They do not last: from and until are when the record left the sensor.
void add_corrupt_readings(const Simulation& simulation, LineFile& file) {
  if (simulation.scenario().faults.corrupt_reading.probability <= 0) return;
  SimulatedRecord record;
  for (std::size_t i = 0; i < simulation.streams().size(); ++i) {
    const std::size_t device = simulation.streams()[i].device;
    if (device == 0) continue;
    for (const auto source = simulation.open(i); source->next(record);) {
      if (!record.is_damaged) continue;
      file.add(sensor_fault_line(simulation, device,
                                 {SensorFault::Kind::corrupt_reading, record.due_ms, record.due_ms, 0}));
    }
  }
}

Result<void> write_sensor_faults(const Simulation& simulation, const std::filesystem::path& folder) {
  auto file = LineFile::make(folder / ("sensor-faults-" + simulation.scenario().name + ".ndjson"));
  if (!file) return Failure(file.error());
  for (std::size_t device = 1; device < simulation.devices().size(); ++device) {
    for (const SensorFault& fault : simulation.sensor_faults(device))
      file->add(sensor_fault_line(simulation, device, fault));
  }
  add_corrupt_readings(simulation, *file);
  return file->close();
}

}  // namespace

std::filesystem::path truth_folder(const std::filesystem::path& folder) {
  std::filesystem::path named = folder.lexically_normal();
  if (!named.has_filename()) named = named.parent_path();
  return named += "-truth";
}

Result<SeedFolderCounts> write_seed_folder(const Simulation& simulation,
                                           const std::filesystem::path& folder) {
  SeedFolderCounts counts;
  for (const Stream stream : all_streams) {
    if (stream == Stream::gap) continue;  // a device's own
    auto written = write_stream(simulation, stream, folder);
    if (!written) return Failure(written.error());
    counts.streams.push_back(std::move(*written));
  }
  counts.people = simulation.people();
  const auto steps = write_steps(simulation, truth_folder(folder));
  if (!steps) return Failure(steps.error());
  counts.steps = *steps;
  if (auto written = write_sensor_faults(simulation, truth_folder(folder)); !written)
    return Failure(written.error());
  return counts;
}

}  // namespace stedi::firmware
