// A scenario's people and devices. What a device says depends only on (scenario, seed, device, stream):
// neither the size of the population nor threads nor speed change a byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/records.hpp"
#include "core/result.hpp"
#include "firmware_sim/feed/record_source.hpp"
#include "firmware_sim/feed/recording.hpp"
#include "firmware_sim/people/scenario.hpp"

namespace stedi::firmware {

struct SimulatedStream {
  std::size_t device;  // index into Simulation::devices()
  Stream stream;
};

// A fault that is in a device's data. Times are true time, epoch ms.
struct SensorFault {
  enum class Kind { stuck_sensor, clock_step, corrupt_reading };
  Kind kind = Kind::stuck_sensor;
  std::int64_t from_ms = 0;
  std::int64_t until_ms = 0;
  std::int64_t step_ms = 0;  // clock_step: added to what the clock shows
};

// A key of [faults], and its kind in the fault log.
std::string_view name_of(SensorFault::Kind kind);

// Immutable once made: any thread may open streams of it. Outlives the sources it opened.
class Simulation {
 public:
  // Usage errors only: what a scenario's file may say and no simulation can do.
  static Result<Simulation> from(Scenario scenario);

  const Scenario& scenario() const { return *scenario_; }
  // The first one is the website: it says the customer, consent and pairing records.
  const std::vector<RecordedDevice>& devices() const { return devices_; }
  // The website's streams first, then device by device.
  const std::vector<SimulatedStream>& streams() const { return streams_; }

  // Starts a stream anew: the same bytes each time.
  std::unique_ptr<RecordSource> open(std::size_t stream) const;
  // The step events of one person (0 to people() - 1), one line each by people/step_event.schema.json;
  // time_ms is the heel strike's true time. Never published.
  std::unique_ptr<RecordSource> open_truth(std::size_t person) const;
  std::size_t people() const;
  // Whose device it is; not for the website.
  std::size_t person_of(std::size_t device) const;
  // Those that last, in the order of from_ms; none for the website. A corrupt reading says so itself.
  std::vector<SensorFault> sensor_faults(std::size_t device) const;

  // Names the data: a spool belongs to one scenario and seed.
  std::string digest() const;
  // What device ids on the wire are derived from.
  std::string identity_seed() const;

 private:
  explicit Simulation(Scenario scenario);

  std::unique_ptr<RecordSource> open_sensor(const SimulatedStream& stream) const;
  void add_device(DeviceKind kind, std::string name, Stream stream);

  std::shared_ptr<const Scenario> scenario_;  // where sources may keep pointing when the simulation is moved
  std::vector<RecordedDevice> devices_;
  std::vector<SimulatedStream> streams_;
};

}  // namespace stedi::firmware
