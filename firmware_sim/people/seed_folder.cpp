#include "firmware_sim/people/seed_folder.hpp"

#include <algorithm>

#include "core/wire/topic.hpp"
#include "firmware_sim/people/device_truth.hpp"
#include "firmware_sim/people/line_file.hpp"
#include "firmware_sim/people/person.hpp"

namespace stedi::firmware {

namespace {

Result<StreamCounts> write_stream(const Simulation& simulation, Stream stream,
                                  const std::filesystem::path& folder, DeviceTruth& truth) {
  StreamCounts counts;
  counts.name = wire::stream_name(stream);
  auto file = TRY(LineFile::make(folder / counts.name / "landing" /
                                 (counts.name + "-" + simulation.scenario().name + ".json")));
  SimulatedRecord record;
  for (std::size_t i = 0; i < simulation.streams().size(); ++i) {
    if (simulation.streams()[i].stream != stream) continue;
    const std::size_t device = simulation.streams()[i].device;
    const std::size_t first_line = counts.records + 1;
    ++counts.devices;
    for (const auto source = simulation.open(i); source->next(record); ++counts.records) {
      file.add(record.json);
      truth.add(device, counts.records + 1, record);
      counts.first_due_ms =
          counts.records == 0 ? record.due_ms : std::min(counts.first_due_ms, record.due_ms);
      counts.last_due_ms = std::max(counts.last_due_ms, record.due_ms);
    }
    truth.end(device, first_line, counts.records + 1 - first_line);
  }
  TRY(file.close());
  return counts;
}

Result<std::size_t> write_steps(const Simulation& simulation, const std::filesystem::path& folder) {
  auto file = TRY(LineFile::make(folder / ("steps-" + simulation.scenario().name + ".ndjson")));
  std::size_t steps = 0;
  SimulatedRecord record;
  for (std::size_t person = 0; person < simulation.people(); ++person) {
    for (const auto source = simulation.open_truth(person); source->next(record); ++steps)
      file.add(record.json);
  }
  TRY(file.close());
  return steps;
}

std::string activity_line(const Simulation& simulation, std::size_t person, std::int64_t sitting,
                          const ActivityRun& run) {
  const Scenario& scenario = simulation.scenario();
  const auto epoch_ms = [&](double time_s) {
    return std::to_string(scenario.start_ms +
                          static_cast<std::int64_t>(std::min(time_s, scenario.duration_s) * 1'000));
  };
  return "{\"person\":" + std::to_string(person) + ",\"sitting\":" + std::to_string(sitting) +
         ",\"activity\":\"" + std::string(activity_name(run.kind())) +
         "\",\"from\":" + epoch_ms(run.start_s()) + ",\"until\":" + epoch_ms(run.end_s()) + "}";
}

Result<void> write_activities(const Simulation& simulation, const std::filesystem::path& folder) {
  auto file = TRY(LineFile::make(folder / ("activities-" + simulation.scenario().name + ".ndjson")));
  for (std::size_t person = 0; person < simulation.people(); ++person) {
    Timeline timeline = SimulatedPerson(simulation.scenario(), person).timeline();
    while (const auto run = timeline.next()) {
      if (run->start_s() >= simulation.scenario().duration_s) break;
      file.add(activity_line(simulation, person, timeline.sitting(), *run));
    }
  }
  return file.close();
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
  auto file = TRY(LineFile::make(folder / ("sensor-faults-" + simulation.scenario().name + ".ndjson")));
  for (std::size_t device = 1; device < simulation.devices().size(); ++device) {
    for (const SensorFault& fault : simulation.sensor_faults(device))
      file.add(sensor_fault_line(simulation, device, fault));
  }
  add_corrupt_readings(simulation, file);
  return file.close();
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
  auto devices = TRY(DeviceTruth::make(simulation, truth_folder(folder)));
  for (const Stream stream : all_streams) {
    if (stream == Stream::gap) continue;  // a device's own
    counts.streams.push_back(TRY(write_stream(simulation, stream, folder, devices)));
  }
  TRY(devices.close());
  counts.people = simulation.people();
  counts.steps = TRY(write_steps(simulation, truth_folder(folder)));
  TRY(write_activities(simulation, truth_folder(folder)));
  TRY(write_sensor_faults(simulation, truth_folder(folder)));
  return counts;
}

}  // namespace stedi::firmware
