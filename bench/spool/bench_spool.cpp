// What one device's store-and-forward spool costs: memory beyond the libraries', time and disk writes a
// batch. SQLite, as it is, beside a log of our own. One device at 50 readings a batch: first online, every
// batch fsynced, sent and acknowledged; then an outage that fills the spool. Each figure comes from a process
// of its own.
//
//   bench_spool [--online N] [--outage N]
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "bench/spool/own_log.hpp"
#include "core/digest/digest.hpp"
#include "core/mqtt/paho_client.hpp"
#include "core/wire/ack.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "firmware_sim/session/session.hpp"
#include "firmware_sim/spool/spool.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace stedi;
using firmware::SealedBatch;

constexpr std::size_t readings_a_batch = 50;
constexpr double goal_kib = 4096;

// A field of /proc/self/{status,io}, as its number stands there.
double proc_number(const std::string& file, const std::string& field) {
  std::ifstream in("/proc/self/" + file);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(field + ":")) return std::stod(line.substr(field.size() + 1));
  return 0;
}

std::vector<std::string> some_readings(std::int64_t number) {
  std::vector<std::string> records;
  for (std::size_t i = 0; i < readings_a_batch; ++i)
    records.push_back(R"({"user":"someone@example.com","timestamp":)" +
                      std::to_string(1'700'000'000'000 + number * 1'000 + static_cast<std::int64_t>(i) * 20) +
                      R"(,"x":-0.12,"y":0.98,"z":0.03})");
  return records;
}

// Takes what is published and forgets it; the bench acknowledges.
class Transport final : public mqtt::Client {
 public:
  Result<void> start() override { return {}; }
  Result<void> publish(std::string_view, std::string_view, bool) override { return {}; }
  std::size_t unconfirmed() const override { return 0; }
  bool ready() const override { return true; }
  void close(std::chrono::milliseconds) override {}
};

// Either store, behind what the bench does with it.
class Store {
 public:
  virtual ~Store() = default;
  virtual SealedBatch accept(std::int64_t number) = 0;  // sealed and fsynced
  virtual firmware::BatchStore& batches() = 0;
  virtual std::size_t pending() = 0;
};

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(const std::filesystem::path& folder)
      : spool_(std::move(*firmware::Spool::open(folder, {"bench", ""}, clock_))),
        device_(*spool_->device_id(firmware::DeviceKind::phone, "someone@example.com")) {}
  SealedBatch accept(std::int64_t number) override {
    const SealedBatch batch = *spool_->seal(device_, Stream::accelerometer, some_readings(number));
    if (!spool_->commit()) std::abort();
    spool_->take_changes();
    return batch;
  }
  firmware::BatchStore& batches() override { return *spool_; }
  std::size_t pending() override { return spool_->pending()->size(); }

 private:
  SystemClock clock_;
  std::unique_ptr<firmware::Spool> spool_;
  std::string device_;
};

class LogStore final : public Store {
 public:
  explicit LogStore(const std::filesystem::path& folder) : log_(folder / "spool.log") {}
  SealedBatch accept(std::int64_t number) override {
    const std::string payload = wire::seal_envelope({boot_, ++seq_}, some_readings(number));
    const firmware::BatchId id = log_.append(payload);
    log_.commit();
    return {id, std::string(32, 'd'), boot_, Stream::accelerometer, seq_, readings_a_batch, payload.size()};
  }
  firmware::BatchStore& batches() override { return log_; }
  std::size_t pending() override { return log_.pending(); }

 private:
  bench::OwnLog log_;
  std::string boot_ = random_id();
  std::int64_t seq_ = 0;
};

std::unique_ptr<Store> open_store(const std::string& kind, const std::filesystem::path& folder) {
  if (kind == "sqlite") return std::make_unique<SqliteStore>(folder);
  return std::make_unique<LogStore>(folder);
}

// Every library has done its first work: what comes on top is the device's.
void touch_libraries() {
  auto database = sqlite::Database::in_memory();
  if (!database || !database->execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)")) std::abort();
  const std::string digest = hex(sha256("touch"));
  wire::PayloadDecoder decoder;
  (void)decoder.decode(Stream::accelerometer, wire::seal_envelope({digest, 1}, some_readings(0)));
  (void)wire::decode_ack(wire::encode_ack({digest, {}, {}}));
  mqtt::Options options;
  options.broker_url = "tcp://127.0.0.1:1";
  if (!mqtt::make_paho_client(options, {})) std::abort();
}

struct Figures {
  double online_us = 0;  // a batch, from sealing to its deletion after the ack
  double written_bytes = 0;
};

Figures play_online(Store& store, firmware::Session& session, int batches) {
  const double written_before = proc_number("io", "write_bytes");
  const auto begin = std::chrono::steady_clock::now();
  for (int number = 0; number < batches; ++number) {
    const SealedBatch batch = store.accept(number);
    session.offer(batch);
    wire::Ack ack;
    ack.boot = batch.boot;
    ack.acked[batch.stream] = {{batch.seq, batch.seq}};
    if (!session.tick()) std::abort();
    if (!session.on_message(wire::ack_topic(batch.device), wire::encode_ack(ack))) std::abort();
    if (!session.tick()) std::abort();
  }
  const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - begin;
  if (!session.idle() || store.pending() != 0) throw std::runtime_error("not everything was deleted");
  return {taken.count() / batches, (proc_number("io", "write_bytes") - written_before) / batches};
}

void play_outage(Store& store, firmware::Session& session, int batches) {
  session.on_lost();
  for (int number = 0; number < batches; ++number) session.offer(store.accept(number));
  if (!session.tick()) std::abort();
}

// Prints: RSS in KiB when online, RSS in KiB after the outage, microseconds and bytes written a batch.
void run_role(const std::string& role, int online, int outage) {
  touch_libraries();
  const double baseline_kib = proc_number("status", "VmRSS");
  if (role == "baseline") {
    std::cout << baseline_kib << "\n";
    return;
  }
  const test::TempDir folder;
  const SystemClock clock;
  Transport transport;
  double online_kib = 0;
  double outage_kib = 0;
  Figures figures;
  {
    const auto store = open_store(role, folder.path());
    firmware::Session session({}, clock, transport, store->batches(), 1);
    session.on_ready();
    if (!session.on_message(wire::gateway_status_topic, wire::status_online)) std::abort();
    figures = play_online(*store, session, online);
    online_kib = proc_number("status", "VmRSS");
    play_outage(*store, session, outage);
    outage_kib = proc_number("status", "VmRSS");
  }
  if (open_store(role, folder.path())->pending() != static_cast<std::size_t>(outage))
    throw std::runtime_error("the spool has lost something");
  std::cout << online_kib - baseline_kib << " " << outage_kib - baseline_kib << " " << figures.online_us
            << " " << figures.written_bytes << "\n";
}

int compare(const std::string& self, int online, int outage) {
  const auto ask = [&](const std::string& role) {
    const auto output = test::run(
        {self, "--role", role, "--online", std::to_string(online), "--outage", std::to_string(outage)}, {},
        std::chrono::minutes(5));
    if (output.exit_status != 0) throw std::runtime_error(role + " failed: " + output.standard_error);
    return std::istringstream(output.standard_output);
  };
  double baseline_kib = 0;
  ask("baseline") >> baseline_kib;
  std::printf("libraries' baseline (RSS after each has worked once): %.0f KiB\n", baseline_kib);
  std::printf("%-10s %18s %20s %14s %16s\n", "store", "own KiB, online", "own KiB, outage", "us a batch",
              "bytes a batch");
  bool within_goal = true;
  for (const std::string store : {"sqlite", "log"}) {
    double online_kib = 0;
    double outage_kib = 0;
    double batch_us = 0;
    double batch_bytes = 0;
    ask(store) >> online_kib >> outage_kib >> batch_us >> batch_bytes;
    std::printf("%-10s %18.0f %20.0f %14.0f %16.0f\n", store.c_str(), online_kib, outage_kib, batch_us,
                batch_bytes);
    if (store == "sqlite") within_goal = online_kib <= goal_kib && outage_kib <= goal_kib;
  }
  std::printf("goal: at most %.0f KiB of our own: %s\n", goal_kib, within_goal ? "reached" : "missed");
  return within_goal ? 0 : 3;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Footprint, time and writes of the device's spool, beside a log of our own.");
  std::string role;
  int online = 2'000;
  int outage = 1'000;
  app.add_option("--online", online, "Batches sent and acknowledged")->check(CLI::PositiveNumber);
  app.add_option("--outage", outage, "Batches that then wait in the spool")->check(CLI::PositiveNumber);
  app.add_option("--role", role, "Measure one, for the comparison")->group("");
  CLI11_PARSE(app, argc, argv);
  try {
    if (role.empty()) return compare("/proc/self/exe", online, outage);
    run_role(role, online, outage);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench_spool: " << error.what() << "\n";
    return 1;
  }
}
