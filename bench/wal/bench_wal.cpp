// What a reading costs the disk: bytes of the write-ahead log, for many devices that each send a batch a
// second.
//
// The real gateway behind a real broker, beside itself with group_quiet_ms = 0, which commits whatever is
// there. The rows in landing.db are counted before a figure is printed.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/digest/digest.hpp"
#include "core/mqtt/paho_client.hpp"
#include "core/sqlite/database.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "tests/support/mosquitto.hpp"
#include "tests/support/network.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace stedi;
using Clock = std::chrono::steady_clock;

constexpr std::size_t warm_up_rounds = 1;  // devices, people and their first batches are new only once
constexpr std::chrono::seconds patience{60};
// More than these would be shed now and then, and nobody here sends again.
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
};

class Gateway {
 public:
  Gateway(const std::string& broker_url, const std::string& settings) {
    test::write_text(files_ / "gateway.toml", settings);
    process_.emplace(std::vector<std::string>{
        STEDI_PROGRAM_DIR "/stedi-gateway", "--config", (files_ / "gateway.toml").string(), "--store",
        (files_ / "store").string(), "--broker", broker_url, "--http", "127.0.0.1:0"});
    constexpr std::string_view announcement = "status on http://127.0.0.1:";
    const auto announced = [&] { return process_->standard_error().find(announcement) != std::string::npos; };
    if (!test::wait_until(announced)) throw std::runtime_error("the gateway does not start");
    const std::string log = process_->standard_error();
    port_ = static_cast<std::uint16_t>(std::stoi(log.substr(log.find(announcement) + announcement.size())));
    if (!test::wait_until([&] { return metric("stedi_gateway_ready") == 1; }))
      throw std::runtime_error("the gateway does not become ready");
  }

  double metric(const std::string& name) const {
    const auto answer = test::http_get(port_, "/metrics");
    if (!answer) return -1;
    const std::size_t found = answer->body.find("\n" + name + " ");
    return found == std::string::npos ? -1 : std::stod(answer->body.substr(found + name.size() + 2));
  }
  double landed() const { return metric("stedi_gateway_records_landed_total{stream=\"accelerometer\"}"); }
  void wait_until_landed(std::size_t readings) const {
    const auto done = [&] { return landed() >= static_cast<double>(readings); };
    if (!test::wait_until(done, patience)) throw std::runtime_error("not everything landed");
  }
  std::int64_t rows() const {
    auto database = sqlite::Database::open(files_ / "store/landing.db", sqlite::Access::read_only);
    return database ? database->integer("SELECT count(*) FROM accelerometer").value_or(-1) : -1;
  }

 private:
  test::TempDir files_;
  std::optional<test::Process> process_;
  std::uint16_t port_ = 0;
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

class Fleet {
 public:
  Fleet(const std::string& broker_url, const Load& load) : load_(load), devices_(load.devices) {
    mqtt::Options options;
    options.broker_url = broker_url;
    options.max_buffered_messages = 10'000;
    auto client = mqtt::make_paho_client(std::move(options), {});
    if (!client || !(*client)->start()) throw std::runtime_error("no connection to the broker");
    client_ = std::move(*client);
    if (!test::wait_until([&] { return client_->ready(); })) throw std::runtime_error("the broker is away");
  }

  // Every device a batch a second, evenly spread; large batches less often.
  void publish(std::size_t rounds) {
    const auto start = Clock::now();
    const auto gap = std::chrono::nanoseconds(
        std::max(1'000'000'000 / static_cast<std::int64_t>(devices_.size()),
                 1'000'000'000 * static_cast<std::int64_t>(load_.readings) / max_readings_a_second));
    for (std::size_t i = 0; i < rounds * devices_.size(); ++i) {
      if (i % devices_.size() == 0) ++seq_;
      std::this_thread::sleep_until(start + gap * static_cast<std::int64_t>(i));
      const Device& device = devices_[i % devices_.size()];
      const std::string payload = batch_of(device, seq_, load_.readings);
      while (!client_->publish(wire::up_topic(device.id, Stream::accelerometer), payload, false))
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

 private:
  const Load load_;
  std::vector<Device> devices_;
  std::int64_t seq_ = 0;
  std::unique_ptr<mqtt::Client> client_;
};

Cost measure(const Load& load, const std::string& settings) {
  const test::Mosquitto broker("max_queued_messages 0\nset_tcp_nodelay true\n");
  const Gateway gateway(broker.url(), settings);
  Fleet fleet(broker.url(), load);
  const std::size_t a_round = load.devices * load.readings;
  fleet.publish(warm_up_rounds);
  gateway.wait_until_landed(warm_up_rounds * a_round);
  const auto all = {"stedi_gateway_log_bytes_total", "stedi_gateway_commits_total",
                    "stedi_gateway_ack_seconds_sum", "stedi_gateway_ack_seconds_count"};
  std::map<std::string, double> before;
  for (const std::string name : all) before[name] = gateway.metric(name);
  fleet.publish(load.rounds);
  gateway.wait_until_landed((warm_up_rounds + load.rounds) * a_round);
  std::map<std::string, double> cost;
  for (const std::string name : all) cost[name] = gateway.metric(name) - before[name];
  if (gateway.rows() != static_cast<std::int64_t>((warm_up_rounds + load.rounds) * a_round))
    throw std::runtime_error("landing.db does not hold what was sent");
  const auto readings = static_cast<double>(load.rounds * a_round);
  return {cost["stedi_gateway_log_bytes_total"] / readings, readings / cost["stedi_gateway_commits_total"],
          1000 * cost["stedi_gateway_ack_seconds_sum"] / cost["stedi_gateway_ack_seconds_count"]};
}

void run(Load load, const std::vector<std::size_t>& sizes) {
  std::printf("%zu devices, %zu batches each, one a second (at most %lld readings a second in all)\n\n",
              load.devices, load.rounds, static_cast<long long>(max_readings_a_second));
  std::printf(
      "| readings a batch | log bytes a reading | readings a group | mean ack ms "
      "| without waiting: bytes | group | ack ms |\n|---:|---:|---:|---:|---:|---:|---:|\n");
  for (const std::size_t readings : sizes) {
    load.readings = readings;
    const Cost ours = measure(load, "");
    const Cost at_once = measure(load, "[ingest]\ngroup_quiet_ms = 0\n");
    std::printf("| %zu | %.0f | %.0f | %.1f | %.0f | %.0f | %.1f |\n", readings, ours.bytes_a_reading,
                ours.readings_a_group, ours.ack_ms, at_once.bytes_a_reading, at_once.readings_a_group,
                at_once.ack_ms);
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
