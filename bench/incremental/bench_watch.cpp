// bench_watch [DEVICES] [SECONDS]: from the sensor to the ML row. So many devices, each with a reading a
// second of both sensors, one message a reading, through a real broker and gateway into `stedi-lakehouse
// watch`; a reader of the zones asks every few milliseconds which ML rows are there. A row's delay is from
// its reading's own time to when it was first seen. Every reading must have come to a row before a figure is
// printed. (A device's spool, which adds a commit of its own, is left out.)
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "bench/gateway/gateway_process.hpp"
#include "core/clock.hpp"
#include "core/digest/digest.hpp"
#include "core/mqtt/paho_client.hpp"
#include "core/record/encode.hpp"
#include "core/sqlite/database.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

namespace {

using namespace stedi;

constexpr int ticks_a_second = 50;
constexpr std::chrono::milliseconds look_every{10};
constexpr std::chrono::seconds give_up_after{60};

std::string email_of(std::size_t device) {
  return "bench-" + std::to_string(device) + "@example.com";
}
std::string serial_of(std::size_t device) {
  return "bench-serial-" + std::to_string(device);
}

void run_to_end(const std::vector<std::string>& command) {
  test::Process process(command);
  if (process.exit_status() != 0) throw std::runtime_error(process.standard_error());
}

void write_customers(const std::filesystem::path& file, std::size_t devices, std::int64_t now_ms) {
  std::ofstream out(file);
  for (std::size_t i = 0; i < devices; ++i) {
    CustomerRecord record;
    record.email = email_of(i);
    record.serial_number = serial_of(i);
    record.last_update_ms = record.research_from_ms = now_ms - 86'400'000;
    out << encode(record) << '\n';
  }
}

class Devices {
 public:
  Devices(const std::string& broker, std::size_t devices) : ids_(devices) {
    for (std::string& id : ids_) id = random_id();
    mqtt::Options options;
    options.broker_url = broker;
    options.client_id = random_id();
    options.max_buffered_messages = 100'000;
    mqtt::Handlers handlers;
    handlers.on_ready = [this] { ready_ = true; };
    handlers.on_lost = [](std::string_view) {};
    handlers.on_message = [](std::string_view, std::string_view) {};
    client_ = std::move(mqtt::make_paho_client(std::move(options), std::move(handlers)).value());
    if (auto begun = client_->start(); !begun) throw std::runtime_error(begun.error().message);
    if (!test::wait_until([this] { return ready_.load(); })) throw std::runtime_error("no connection");
  }
  ~Devices() { client_->close(std::chrono::seconds(1)); }

  // Every device once a second, spread over it.
  void send(int seconds, const Clock& clock) {
    const auto started = std::chrono::steady_clock::now();
    for (int tick = 0; tick < seconds * ticks_a_second; ++tick) {
      const auto slot = static_cast<std::size_t>(tick % ticks_a_second);
      for (std::size_t i = slot; i < ids_.size(); i += ticks_a_second)
        send_one(i, tick / ticks_a_second + 1, clock);
      std::this_thread::sleep_until(started + (tick + 1) * std::chrono::milliseconds(1000 / ticks_a_second));
    }
  }

 private:
  void send_one(std::size_t i, int seq, const Clock& clock) {
    const std::int64_t now = clock.wall_ms();
    const auto publish = [&](Stream stream, const std::string& record) {
      const std::string payload = wire::seal_envelope({"boot", seq}, std::vector{record});
      if (!client_->publish(wire::up_topic(ids_[i], stream), payload, false))
        throw std::runtime_error("not sent");
    };
    publish(Stream::accelerometer, encode(AccelerometerReading{email_of(i), now, 1, 2, 3, ""}));
    publish(Stream::step_trainer, encode(StepTrainerReading{now, serial_of(i), seq, ""}));
  }

  std::vector<std::string> ids_;
  std::atomic<bool> ready_ = false;
  std::unique_ptr<mqtt::Client> client_;
};

// The delays of all rows, when `expected` of them are there.
std::vector<std::int64_t> watch_rows(const std::filesystem::path& zones_file, std::size_t expected,
                                     const Clock& clock) {
  auto zones = sqlite::Database::open(zones_file, sqlite::Access::read_only).value();
  auto rows =
      zones.prepare("SELECT subject_id, sensorReadingTime FROM machine_learning_curated_rows").value();
  std::unordered_set<std::int64_t> seen;
  std::vector<std::int64_t> delays;
  const auto until = std::chrono::steady_clock::now() + give_up_after + std::chrono::seconds(expected / 1000);
  while (delays.size() < expected && std::chrono::steady_clock::now() < until) {
    rows.reset();
    const std::int64_t now = clock.wall_ms();
    while (rows.step().value()) {
      const std::int64_t at = rows.integer(1);
      if (seen.insert(rows.integer(0) * 100'000'000'000'000 + at).second) delays.push_back(now - at);
    }
    rows.reset();
    std::this_thread::sleep_for(look_every);
  }
  std::ranges::sort(delays);
  return delays;
}

void measure(std::size_t devices, int seconds) {
  const SystemClock clock;
  const test::TempDir files;
  bench::GatewayProcess gateway;
  const std::vector<std::string> lakehouse = {STEDI_PROGRAM_DIR "/stedi-lakehouse", "--store",
                                              gateway.store().string(), "--keys", gateway.keys().string()};
  const auto with = [&](std::vector<std::string> rest) {
    std::vector<std::string> command = lakehouse;
    command.insert(command.end(), rest.begin(), rest.end());
    return command;
  };
  write_customers(files / "customer.json", devices, clock.wall_ms());
  run_to_end(with({"import", (files / "customer.json").string()}));
  run_to_end(with({"run"}));
  test::Process watch(with({"watch"}));
  const std::size_t expected = devices * static_cast<std::size_t>(seconds);
  std::vector<std::int64_t> delays;
  std::thread reader([&] { delays = watch_rows(gateway.store() / "zones-strict.db", expected, clock); });
  Devices(gateway.broker_url(), devices).send(seconds, clock);
  reader.join();
  watch.send_signal(SIGTERM);
  if (watch.exit_status() != 0) throw std::runtime_error("watch did not end cleanly");
  gateway.stop();
  if (delays.size() != expected)
    throw std::runtime_error(std::to_string(delays.size()) + " of " + std::to_string(expected) +
                             " rows came");
  const auto at = [&](double share) {
    return static_cast<long long>(
        delays[static_cast<std::size_t>(share * static_cast<double>(delays.size() - 1))]);
  };
  std::printf("%zu devices, %d s, %zu rows: p50 %lld ms, p99 %lld ms, most %lld ms\n", devices, seconds,
              delays.size(), at(0.5), at(0.99), at(1));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    measure(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000, argc > 2 ? std::atoi(argv[2]) : 30);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_watch: %s\n", error.what());
    return 1;
  }
  return 0;
}
