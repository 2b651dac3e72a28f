// What a reading costs the disk: bytes of the write-ahead log, for many devices that each send a batch a
// second.
//
// The real gateway behind a real broker, beside itself with group_quiet_ms = 0, which commits whatever is
// there. What a full queue sheds is sent again, as devices do. The rows in landing.db are counted before a
// figure is printed.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "bench/gateway/gateway_process.hpp"
#include "core/digest/digest.hpp"
#include "core/mqtt/paho_client.hpp"
#include "core/wire/ack.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "tests/support/wait_until.hpp"

namespace {

using namespace stedi;
using Clock = std::chrono::steady_clock;

constexpr std::size_t warm_up_rounds = 1;  // devices, people and their first batches are new only once
constexpr std::chrono::seconds patience{60};
constexpr std::chrono::seconds send_again_after{2};
constexpr std::int64_t max_readings_a_second = 50'000;

struct Load {
  std::size_t devices = 5'000;
  std::size_t rounds = 5;  // batches of each device
  std::size_t readings = 1;
};

struct Cost {
  double bytes_a_reading = 0;
  double readings_a_group = 0;
  double ack_ms = 0;  // mean
  double shed = 0;    // messages, by the gateway's queue
  std::size_t sent_again = 0;
};

struct Device {
  std::string id = random_id();
  std::string boot = random_id();
  std::string user = id.substr(0, 8) + "@example.com";
};

std::string batch_of(const Device& device, std::int64_t seq, std::size_t readings) {
  std::vector<std::string> records;
  for (std::size_t i = 0; i < readings; ++i)
    records.push_back(R"({"user":")" + device.user + R"(","timestamp":)" +
                      std::to_string(1'655'000'000'000 + seq * 1'000 + static_cast<std::int64_t>(i)) +
                      R"(,"x":0.25,"y":-1.5,"z":9.75})");
  return wire::seal_envelope({device.boot, seq}, records);
}

// What the gateway sheds, nobody else sends again: the fleet does, until the last batch is acknowledged.
class Fleet {
 public:
  Fleet(const std::string& broker_url, const Load& load) : load_(load), devices_(load.devices) {
    for (std::size_t i = 0; i < devices_.size(); ++i) numbers_.emplace(devices_[i].id, i);
    mqtt::Options options;
    options.broker_url = broker_url;
    options.max_buffered_messages = 10'000;
    options.subscriptions = {wire::ack_topic("+")};
    mqtt::Handlers handlers;
    handlers.on_message = [this](std::string_view topic, std::string_view ack) { take_ack(topic, ack); };
    auto client = mqtt::make_paho_client(std::move(options), std::move(handlers));
    if (!client || !(*client)->start()) throw std::runtime_error("no connection to the broker");
    client_ = std::move(*client);
    if (!test::wait_until([&] { return client_->ready(); })) throw std::runtime_error("the broker is away");
  }
  ~Fleet() { client_->close(std::chrono::seconds(5)); }
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  // Every device a batch a second, evenly spread; large batches less often. Returns when all of them are
  // acknowledged.
  void deliver(std::size_t rounds) {
    const auto start = Clock::now();
    const auto gap = std::chrono::nanoseconds(
        std::max(1'000'000'000 / static_cast<std::int64_t>(devices_.size()),
                 1'000'000'000 * static_cast<std::int64_t>(load_.readings) / max_readings_a_second));
    for (std::size_t i = 0; i < rounds * devices_.size(); ++i) {
      std::this_thread::sleep_until(start + gap * static_cast<std::int64_t>(i));
      const std::size_t number = i % devices_.size();
      const std::int64_t seq = first_seq_ + static_cast<std::int64_t>(i / devices_.size());
      {
        const std::lock_guard lock(mutex_);
        unacknowledged_.insert({seq, number});
      }
      send(number, seq);
    }
    first_seq_ += static_cast<std::int64_t>(rounds);
    const auto deadline = Clock::now() + patience;
    while (!test::wait_until([this] { return unacknowledged().empty(); }, send_again_after)) {
      if (Clock::now() > deadline)
        throw std::runtime_error(std::to_string(unacknowledged().size()) + " batches are not acknowledged");
      for (const auto& [seq, number] : unacknowledged()) {
        send(number, seq);
        ++sent_again_;
      }
    }
  }
  std::size_t sent_again() const { return sent_again_; }

 private:
  using Batches = std::set<std::pair<std::int64_t, std::size_t>>;  // seq, number of the device

  void send(std::size_t number, std::int64_t seq) {
    const Device& device = devices_[number];
    const std::string payload = batch_of(device, seq, load_.readings);
    while (!client_->publish(wire::up_topic(device.id, Stream::accelerometer), payload, false))
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  void take_ack(std::string_view topic, std::string_view payload) {
    const auto id = wire::parse_ack_topic(topic);
    const auto ack = wire::decode_ack(payload);
    if (!id || !ack) return;
    const std::lock_guard lock(mutex_);
    for (const auto& [stream, ranges] : ack->acked) {
      for (const wire::SeqRange& range : ranges) {
        for (std::int64_t seq = range.from; seq <= range.to; ++seq)
          unacknowledged_.erase({seq, numbers_.at(std::string(*id))});
      }
    }
  }
  Batches unacknowledged() const {
    const std::lock_guard lock(mutex_);
    return unacknowledged_;
  }

  const Load load_;
  std::vector<Device> devices_;
  std::unordered_map<std::string, std::size_t> numbers_;  // by id
  std::int64_t first_seq_ = 1;
  std::size_t sent_again_ = 0;
  mutable std::mutex mutex_;
  Batches unacknowledged_;
  std::unique_ptr<mqtt::Client> client_;
};

Cost measure(const Load& load, const std::string& settings) {
  bench::GatewayProcess gateway(settings);
  Fleet fleet(gateway.broker_url(), load);
  fleet.deliver(warm_up_rounds);
  const auto all = {"stedi_gateway_log_bytes_total", "stedi_gateway_commits_total",
                    "stedi_gateway_ack_seconds_sum", "stedi_gateway_ack_seconds_count",
                    "stedi_gateway_messages_shed_total"};
  std::map<std::string, double> before;
  for (const std::string name : all) before[name] = gateway.metric(name);
  fleet.deliver(load.rounds);
  std::map<std::string, double> cost;
  for (const std::string name : all) cost[name] = gateway.metric(name) - before[name];
  const std::size_t batches = (warm_up_rounds + load.rounds) * load.devices;
  bench::require_rows("landing.db", gateway.stop_and_count_readings(), batches * load.readings);
  const auto readings = static_cast<double>(load.rounds * load.devices * load.readings);
  return {cost["stedi_gateway_log_bytes_total"] / readings, readings / cost["stedi_gateway_commits_total"],
          1000 * cost["stedi_gateway_ack_seconds_sum"] / cost["stedi_gateway_ack_seconds_count"],
          cost["stedi_gateway_messages_shed_total"], fleet.sent_again()};
}

std::string columns(const Cost& cost) {
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), " | %.0f | %.0f | %.1f | %.0f | %zu", cost.bytes_a_reading,
                cost.readings_a_group, cost.ack_ms, cost.shed, cost.sent_again);
  return text.data();
}

void run(Load load, const std::vector<std::size_t>& sizes) {
  std::printf("%zu devices, %zu batches each, one a second (at most %lld readings a second in all)\n\n",
              load.devices, load.rounds, static_cast<long long>(max_readings_a_second));
  std::printf(
      "| readings a batch | log bytes a reading | readings a group | mean ack ms | shed | sent again "
      "| without waiting: bytes | group | ack ms | shed | sent again |\n"
      "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
  for (const std::size_t readings : sizes) {
    load.readings = readings;
    const Cost ours = measure(load, "");
    const Cost at_once = measure(load, "[ingest]\ngroup_quiet_ms = 0\n");
    std::printf("| %zu%s%s |\n", readings, columns(ours).c_str(), columns(at_once).c_str());
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What a reading costs the disk, in bytes of the write-ahead log");
  Load load;
  std::vector<std::size_t> sizes = {1, 10, 50};
  app.add_option("--devices", load.devices, "How many")->capture_default_str();
  app.add_option("--batches", load.rounds, "Of each device")->capture_default_str();
  app.add_option("--readings", sizes, "A batch")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    run(load, sizes);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_wal: %s\n", error.what());
    return 1;
  }
  return 0;
}
