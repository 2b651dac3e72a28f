// A scenario's faults, brought upon one process of devices: the network of each connection, the power of them
// all, and what the sensors' own faults come to in the fault log.
#pragma once

#include <functional>
#include <vector>

#include "firmware_sim/faults/faulty_client.hpp"
#include "firmware_sim/people/physics/fault_windows.hpp"
#include "firmware_sim/people/simulation.hpp"
#include "firmware_sim/player/fault_injector.hpp"

namespace stedi::firmware {

// At full speed the data's clock runs as fast as acks allow: faults that last last a hundredth of their time.
inline constexpr double full_speed_scale = 100;
// How soon what a bad line brought is looked at.
inline constexpr std::int64_t line_look_ms = 5;

struct FaultPlan {
  Faults faults;
  Network network;
  std::uint64_t seed = 0;
  double speed = 0;           // as PlayOptions::speed
  std::int64_t start_ms = 0;  // of the scenario, on the data's clock
  std::function<std::vector<SensorFault>(std::size_t device)> sensor_faults;  // or none
};

// Whether anything of it touches the network or the power: then a fault layer has work to do.
bool has_faults(const Faults& faults, const Network& network);

// One thread, but for what its clients' handlers bring. Everything it is given outlives it; it outlives the
// clients that it made.
class FaultLayer final : public FaultInjector {
 public:
  FaultLayer(FaultPlan plan, MakeClient make_client, const Clock& clock, FaultLog& log)
      : plan_(std::move(plan)),
        make_client_(std::move(make_client)),
        clock_(clock),
        log_(log),
        random_(CounterRandom(plan_.seed).stream("faults")),
        reboots_(windows(plan_.faults.reboot, "reboot", 0)) {}

  // A client of a bad network around one of `make_client`.
  Result<std::unique_ptr<mqtt::Client>> make_client(mqtt::Options options, mqtt::Handlers handlers);

  Result<void> on_life(std::span<const std::string> device_ids, const std::string& boot) override;
  Result<void> on_sealed(const SealedBatch& sealed, const FedBatch& batch) override;
  Result<std::optional<std::int64_t>> advance(std::int64_t data_ms) override;
  std::optional<std::int64_t> power_cut() override;

 private:
  // One window after the other strikes, late when the data's clock has run past it; none is left out but
  // those that were over when the life began.
  struct Timed {
    FaultWindows windows;
    std::optional<double> done_s;  // up to where on the data's clock it has been brought about
    std::size_t struck = 0;
  };
  struct Line {
    FaultyClient* client;
    Timed flap;
    Timed half_open;
    Timed bandwidth;
  };

  FaultLine line_of(std::string_view kind, const SealedBatch& sealed, std::int64_t data_ms) const;
  void note_lasting(const SealedBatch& sealed, const FedBatch& batch);
  void note_damaged(const SealedBatch& sealed, const FedBatch& batch);
  Timed windows(const TimedFault& fault, std::string_view kind, std::size_t line) const;
  // How long it lasts on our clock, when a window of it begins now.
  std::optional<std::int64_t> strike(Timed& timed) const;
  void strike(Line& line);
  double scale() const { return plan_.speed > 0 ? plan_.speed : full_speed_scale; }

  const FaultPlan plan_;
  const MakeClient make_client_;
  const Clock& clock_;
  FaultLog& log_;
  const CounterRandom random_;
  std::vector<Line> lines_;
  Timed reboots_;
  std::string boot_;
  std::string website_id_;
  std::optional<std::int64_t> life_from_ms_;  // what this life said first left the sensor then
  std::int64_t data_ms_ = earliest_due;
  struct Sensor {
    std::vector<SensorFault> faults;
    std::size_t next = 0;  // the first that no batch has shown yet
  };
  std::map<std::string, Sensor> sensors_;  // by device id
};

}  // namespace stedi::firmware
