#include "firmware_sim/people/simulation.hpp"

#include <algorithm>
#include <utility>

#include "core/digest/digest.hpp"
#include "firmware_sim/people/corrupt_source.hpp"
#include "firmware_sim/people/device_sources.hpp"
#include "firmware_sim/people/person.hpp"
#include "firmware_sim/people/physics/accelerometer.hpp"
#include "firmware_sim/people/physics/distance_sensor.hpp"
#include "firmware_sim/people/step_truth.hpp"
#include "firmware_sim/people/website_sources.hpp"

namespace stedi::firmware {

namespace {

// Counts up whenever the same scenario and seed would give other bytes.
constexpr int generation = 2;

void append_windows(FaultWindows windows, double duration_s, SensorFault::Kind kind, const Scenario& scenario,
                    std::vector<SensorFault>& faults, auto step_ms) {
  const auto epoch_ms = [&](double time_s) {
    return scenario.start_ms + static_cast<std::int64_t>(time_s * 1'000);
  };
  for (FaultWindow window = windows.at(0); window.from_s < duration_s; window = windows.at(window.until_s))
    faults.push_back({kind, epoch_ms(window.from_s), epoch_ms(window.until_s), step_ms(windows.count())});
}

}  // namespace

std::string_view name_of(SensorFault::Kind kind) {
  switch (kind) {
    case SensorFault::Kind::stuck_sensor:
      return "stuck_sensor";
    case SensorFault::Kind::clock_step:
      return "clock_step";
    case SensorFault::Kind::corrupt_reading:
      return "corrupt_reading";
  }
  return "";
}

Result<Simulation> Simulation::from(Scenario scenario) {
  if (find_distance_profile(scenario.trainer.sensor) == nullptr)
    return usage_error("trainer.sensor: no such sensor");
  if (find_accelerometer_profile(scenario.phone.sensor) == nullptr)
    return usage_error("phone.sensor: no such sensor");
  if (scenario.activities.empty()) return usage_error("activity: one [[activity]] at least");
  return Simulation(std::move(scenario));
}

Simulation::Simulation(Scenario scenario) : scenario_(std::make_shared<const Scenario>(std::move(scenario))) {
  devices_.push_back({DeviceKind::website, website_name});
  for (const Stream stream : {Stream::customer, Stream::consent, Stream::pairing})
    streams_.push_back({0, stream});
  for (std::size_t number = 0; number < people(); ++number) {
    const Identity identity = SimulatedPerson(*scenario_, number).identity();
    if (scenario_->population.has_phone) add_device(DeviceKind::phone, identity.email, Stream::accelerometer);
    if (scenario_->population.has_trainer)
      add_device(DeviceKind::trainer, identity.serial, Stream::step_trainer);
  }
}

void Simulation::add_device(DeviceKind kind, std::string name, Stream stream) {
  streams_.push_back({devices_.size(), stream});
  devices_.push_back({kind, std::move(name)});
}

std::size_t Simulation::people() const {
  return static_cast<std::size_t>(scenario_->population.count);
}

std::size_t Simulation::person_of(std::size_t device) const {
  const std::size_t each = (devices_.size() - 1) / people();
  return (device - 1) / each;
}

std::unique_ptr<RecordSource> Simulation::open(std::size_t stream) const {
  switch (streams_[stream].stream) {
    case Stream::customer:
      return open_customers(*scenario_);
    case Stream::consent:
      return open_consents(*scenario_);
    case Stream::pairing:
      return open_pairings(*scenario_);
    default:
      return open_sensor(streams_[stream]);
  }
}

std::unique_ptr<RecordSource> Simulation::open_sensor(const SimulatedStream& stream) const {
  const SimulatedPerson person(*scenario_, person_of(stream.device));
  const bool is_phone = stream.stream == Stream::accelerometer;
  auto sound = is_phone ? open_phone(*scenario_, person) : open_trainer(*scenario_, person);
  const BurstFault& corrupt = scenario_->faults.corrupt_reading;
  if (corrupt.probability <= 0) return sound;
  return open_corrupt(std::move(sound), corrupt,
                      person.random(is_phone ? "corrupt phone" : "corrupt trainer"));
}

std::unique_ptr<RecordSource> Simulation::open_truth(std::size_t person) const {
  return open_step_truth(*scenario_, SimulatedPerson(*scenario_, person));
}

std::vector<SensorFault> Simulation::sensor_faults(std::size_t device) const {
  std::vector<SensorFault> faults;
  if (device == 0) return faults;
  const SimulatedPerson person(*scenario_, person_of(device));
  const bool is_trainer = devices_[device].kind == DeviceKind::trainer;
  const double duration_s = scenario_->duration_s;
  if (is_trainer) {
    append_windows(stuck_windows(*scenario_, person), duration_s, SensorFault::Kind::stuck_sensor, *scenario_,
                   faults, [](std::uint64_t) { return 0; });
  }
  const ClockSteps& steps = scenario_->faults.clock_step;
  const CounterRandom random = person.random(is_trainer ? "trainer clock" : "phone clock");
  append_windows(clock_step_windows(steps, random), duration_s, SensorFault::Kind::clock_step, *scenario_,
                 faults, [&](std::uint64_t window) { return clock_step_ms(steps, random, window); });
  std::stable_sort(faults.begin(), faults.end(),
                   [](const SensorFault& a, const SensorFault& b) { return a.from_ms < b.from_ms; });
  return faults;
}

std::string Simulation::digest() const {
  return hex(sha256(std::to_string(generation) + ":" + scenario_->name + ":" +
                    std::to_string(scenario_->seed) + ":" + scenario_->text_digest));
}

std::string Simulation::identity_seed() const {
  return scenario_->name + ":" + std::to_string(scenario_->seed);
}

}  // namespace stedi::firmware
