#include "firmware_sim/people/device_sources.hpp"

#include <cmath>

#include "firmware_sim/people/line_text.hpp"
#include "firmware_sim/people/physics/accelerometer.hpp"
#include "firmware_sim/people/physics/distance_sensor.hpp"
#include "firmware_sim/people/sample_times.hpp"

namespace stedi::firmware {

namespace {

std::int64_t epoch_ms(const Scenario& scenario, double time_s) {
  return scenario.start_ms + static_cast<std::int64_t>(time_s * 1'000);
}

double rate_or(double rate_hz, double own_hz) {
  return rate_hz > 0 ? rate_hz : own_hz;
}

class PhoneSource final : public RecordSource {
 public:
  PhoneSource(const Scenario& scenario, const SimulatedPerson& person, const AccelerometerProfile& profile)
      : scenario_(scenario),
        body_(person.body()),
        clock_(phone_clock(scenario, person)),
        sensor_(profile, person.random("phone")),
        times_(rate_or(scenario.phone.rate_hz, profile.rate_hz), clock_.rate(),
               person.random("phone phase").fraction()),
        prefix_(R"({"user":")" + person.identity().email + R"(","timestamp":)") {}

  bool next(SimulatedRecord& record) override {
    for (;;) {
      const double instant_s = times_.next_s();
      if (instant_s >= scenario_.duration_s) return false;
      const double time_s = std::max(0.0, instant_s + sensor_.jitter_s());
      if (!body_.advance(time_s)) {
        if (std::isinf(body_.awake_from_s())) return false;
        times_.skip_to(body_.awake_from_s());
        continue;
      }
      if (sensor_.loses_sample()) continue;
      lie_as_now();
      write(record, time_s, sensor_.measure(body_.acceleration()));
      return true;
    }
  }

 private:
  // A pocket turns when its person sits down; and every sitting puts the phone away anew.
  void lie_as_now() {
    const auto sitting = static_cast<std::uint64_t>(body_.sitting());
    const std::uint64_t lies = 2 * sitting + (body_.kind() == ActivityKind::sit ? 1 : 0);
    if (lies == lies_) return;
    lies_ = lies;
    sensor_.lie(lies);
  }

  void write(SimulatedRecord& record, double time_s, const MilliG& reading) {
    record.due_ms = epoch_ms(scenario_, time_s);
    record.time_ms = clock_.stamp_ms(time_s);
    std::string& line = record.json;
    line.assign(prefix_);
    append_integer(line, record.time_ms);
    line += ",\"x\":";
    append_thousandths(line, reading.x);
    line += ",\"y\":";
    append_thousandths(line, reading.y);
    line += ",\"z\":";
    append_thousandths(line, reading.z);
    line += '}';
  }

  const Scenario& scenario_;
  Body body_;
  ClockModel clock_;
  Accelerometer sensor_;
  SampleTimes times_;
  std::string prefix_;
  std::uint64_t lies_ = 0;
};

class TrainerSource final : public RecordSource {
 public:
  TrainerSource(const Scenario& scenario, const SimulatedPerson& person, const DistanceProfile& profile)
      : scenario_(scenario),
        half_budget_s_(profile.budget_s / 2),
        body_(person.body()),
        clock_(trainer_clock(scenario, person)),
        sensor_(profile, person.random("trainer")),
        times_(rate_or(scenario.trainer.rate_hz, profile.rate_hz), clock_.rate(),
               person.random("trainer phase").fraction()),
        stuck_(stuck_windows(scenario, person)),
        middle_(R"(,"serialNumber":")" + person.identity().serial + R"(","distanceFromObject":)") {}

  bool next(SimulatedRecord& record) override {
    for (;;) {
      const double time_s = times_.next_s();
      if (time_s >= scenario_.duration_s) return false;
      if (!body_.advance(time_s - half_budget_s_)) {
        if (std::isinf(body_.awake_from_s())) return false;
        times_.skip_to(body_.awake_from_s() + half_budget_s_);
        continue;
      }
      const auto distance_mm = measure(time_s);
      if (!distance_mm) continue;
      write(record, time_s, *distance_mm);
      return true;
    }
  }

 private:
  // A stuck sensor goes on with what it said last.
  std::optional<std::int64_t> measure(double time_s) {
    const auto measured_mm = sensor_.measure(body_.distance_mm());
    if (stuck_.strikes(time_s)) return said_mm_ ? said_mm_ : measured_mm;
    if (measured_mm) said_mm_ = measured_mm;
    return measured_mm;
  }

  void write(SimulatedRecord& record, double time_s, std::int64_t distance_mm) {
    record.due_ms = epoch_ms(scenario_, time_s);
    record.time_ms = clock_.stamp_ms(time_s);
    std::string& line = record.json;
    line.assign("{\"sensorReadingTime\":");
    append_integer(line, record.time_ms);
    line += middle_;
    append_integer(line, distance_mm);
    line += '}';
  }

  const Scenario& scenario_;
  double half_budget_s_;
  Body body_;
  ClockModel clock_;
  DistanceSensor sensor_;
  SampleTimes times_;
  FaultWindows stuck_;
  std::optional<std::int64_t> said_mm_;
  std::string middle_;
};

constexpr std::size_t max_source_bytes = 2'048;
static_assert(sizeof(PhoneSource) <= max_source_bytes && sizeof(TrainerSource) <= max_source_bytes,
              "10,000 of them are alive at once");

}  // namespace

std::unique_ptr<RecordSource> open_phone(const Scenario& scenario, const SimulatedPerson& person) {
  return std::make_unique<PhoneSource>(scenario, person, *find_accelerometer_profile(scenario.phone.sensor));
}

std::unique_ptr<RecordSource> open_trainer(const Scenario& scenario, const SimulatedPerson& person) {
  return std::make_unique<TrainerSource>(scenario, person, *find_distance_profile(scenario.trainer.sensor));
}

ClockModel phone_clock(const Scenario& scenario, const SimulatedPerson& person) {
  return {scenario.phone.clock, scenario.faults.clock_step, scenario.start_ms, person.random("phone clock")};
}

ClockModel trainer_clock(const Scenario& scenario, const SimulatedPerson& person) {
  return {scenario.trainer.clock, scenario.faults.clock_step, scenario.start_ms,
          person.random("trainer clock")};
}

FaultWindows stuck_windows(const Scenario& scenario, const SimulatedPerson& person) {
  const TimedFault& stuck = scenario.faults.stuck_sensor;
  return {stuck.per_hour, stuck.least_s, stuck.most_s, person.random("stuck sensor")};
}

}  // namespace stedi::firmware
