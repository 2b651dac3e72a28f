#include "firmware_sim/faults/fault_layer.hpp"

#include <algorithm>

#include "core/digest/digest.hpp"
#include "core/wire/topic.hpp"

namespace stedi::firmware {

bool has_faults(const Faults& faults, const Network& network) {
  const auto strikes = [](const BurstFault& fault) { return fault.probability > 0; };
  const auto comes = [](const TimedFault& fault) { return fault.per_hour > 0; };
  return network.latency_ms > 0 || network.jitter_ms > 0 || strikes(faults.drop) ||
         strikes(faults.duplicate) || strikes(faults.reorder) || strikes(faults.corrupt) ||
         strikes(faults.delay.when) || strikes(faults.corrupt_reading) || comes(faults.flap) ||
         comes(faults.half_open) || comes(faults.bandwidth.when) || comes(faults.reboot) ||
         comes(faults.stuck_sensor) || faults.clock_step.per_hour > 0;
}

FaultLayer::Timed FaultLayer::windows(const TimedFault& fault, std::string_view kind,
                                      std::size_t line) const {
  return {FaultWindows(fault.per_hour, fault.least_s, fault.most_s,
                       CounterRandom(plan_.seed).stream("faults").stream(kind).stream(line)),
          {},
          0};
}

Result<std::unique_ptr<mqtt::Client>> FaultLayer::make_client(mqtt::Options options,
                                                              mqtt::Handlers handlers) {
  const std::size_t index = lines_.size();
  FaultyLink link;
  link.faults = plan_.faults;
  link.network = plan_.network;
  link.time_scale = scale();
  link.random = random_.stream("line").stream(index);
  link.name = boot_.substr(0, 8) + ":" + std::to_string(index);
  auto client = std::make_unique<FaultyClient>(std::move(link), std::move(options), std::move(handlers),
                                               make_client_, clock_, log_);
  lines_.push_back({client.get(), windows(plan_.faults.flap, "flap", index),
                    windows(plan_.faults.half_open, "half_open", index),
                    windows(plan_.faults.bandwidth.when, "bandwidth", index)});
  return client;
}

Result<void> FaultLayer::on_life(std::span<const std::string> device_ids, const std::string& boot) {
  lines_.clear();
  life_from_ms_.reset();
  boot_ = boot;
  website_id_ = device_ids.front();
  if (!sensors_.empty() || !plan_.sensor_faults) return {};
  for (std::size_t device = 1; device < device_ids.size(); ++device) {
    auto faults = plan_.sensor_faults(device);
    if (!faults.empty()) sensors_[device_ids[device]] = {std::move(faults), 0};
  }
  return {};
}

Result<void> FaultLayer::on_sealed(const SealedBatch& sealed, const FedBatch& batch) {
  if (!life_from_ms_) life_from_ms_ = batch.first_at_ms;
  note_lasting(sealed, batch);
  note_damaged(sealed, batch);
  return {};
}

FaultLine FaultLayer::line_of(std::string_view kind, const SealedBatch& sealed, std::int64_t data_ms) const {
  FaultLine line;
  line.kind = kind;
  line.at_ms = clock_.wall_ms();
  line.data_ms = data_ms;
  line.device = sealed.device;
  line.stream = wire::stream_name(sealed.stream);
  line.boot = sealed.boot;
  line.seq = sealed.seq;
  return line;
}

// The first batch that shows it stands for it.
void FaultLayer::note_lasting(const SealedBatch& sealed, const FedBatch& batch) {
  const auto found = sensors_.find(sealed.device);
  if (found == sensors_.end()) return;
  Sensor& sensor = found->second;
  for (; sensor.next < sensor.faults.size(); ++sensor.next) {
    const SensorFault& fault = sensor.faults[sensor.next];
    if (fault.from_ms > batch.last_at_ms) break;
    if (fault.until_ms < batch.first_at_ms) continue;  // nothing was said while it lasted
    FaultLine line = line_of(name_of(fault.kind), sealed, fault.from_ms);
    line.id = std::string(line.kind) + ":" + sealed.device + ":" + std::to_string(sensor.next + 1);
    line.lasts_ms = fault.until_ms - fault.from_ms;
    line.expect = Expectation::landed_or_gap;
    log_.add(line);
  }
}

// A record is known by its time: a later life that seals it anew says where it is now.
void FaultLayer::note_damaged(const SealedBatch& sealed, const FedBatch& batch) {
  for (const DamagedRecord& damaged : batch.damaged) {
    FaultLine line = line_of(name_of(SensorFault::Kind::corrupt_reading), sealed, damaged.at_ms);
    line.id = std::string(line.kind) + ":" + sealed.device + ":" + std::to_string(damaged.at_ms);
    line.digest = hex(sha256(batch.records()[damaged.index]));
    line.expect = Expectation::record_quarantined;
    log_.add(line);
  }
}

std::optional<std::int64_t> FaultLayer::strike(Timed& timed) const {
  const auto seconds = [this](std::int64_t data_ms) {
    return std::max(0.0, static_cast<double>(data_ms - plan_.start_ms) / 1'000);
  };
  if (!timed.done_s) timed.done_s = seconds(*life_from_ms_);
  const FaultWindow window = timed.windows.at(*timed.done_s);
  if (window.from_s > seconds(data_ms_)) return std::nullopt;
  timed.done_s = window.until_s;
  ++timed.struck;
  return std::max<std::int64_t>(
      1, static_cast<std::int64_t>((window.until_s - window.from_s) * 1'000 / scale()));
}

void FaultLayer::strike(Line& line) {
  if (line.client->is_struck()) return;  // one at a time
  if (const auto lasts_ms = strike(line.flap)) return line.client->flap(*lasts_ms, data_ms_);
  if (const auto lasts_ms = strike(line.half_open)) return line.client->go_half_open(*lasts_ms, data_ms_);
  if (const auto lasts_ms = strike(line.bandwidth)) line.client->narrow(*lasts_ms, data_ms_);
}

Result<std::optional<std::int64_t>> FaultLayer::advance(std::int64_t data_ms) {
  TRY(log_.failure());
  data_ms_ = data_ms;
  std::optional<std::int64_t> next_ms = clock_.monotonic_ms() + line_look_ms;
  for (Line& line : lines_) {
    if (life_from_ms_) strike(line);
    TRY(line.client->drive());
    if (const auto line_ms = line.client->next_ms()) next_ms = std::min(*next_ms, *line_ms);
  }
  return next_ms;
}

// They share a spool, hence their power.
std::optional<std::int64_t> FaultLayer::power_cut() {
  if (!life_from_ms_) return std::nullopt;
  const auto dark_ms = strike(reboots_);
  if (!dark_ms) return std::nullopt;
  FaultLine line;
  line.kind = "reboot";
  line.id = "reboot:" + std::to_string(reboots_.struck);
  line.at_ms = clock_.wall_ms();
  line.data_ms = data_ms_;
  line.device = website_id_;
  line.boot = boot_;
  line.lasts_ms = *dark_ms;
  line.expect = Expectation::law;
  log_.add(line);
  return dark_ms;
}

}  // namespace stedi::firmware
