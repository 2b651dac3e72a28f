// Durable ingest beside a null subscriber: the same publishers, the same broker configuration, in one run.
//
// The gateway's clock stops when every batch is acknowledged, which is after its fsync; the null subscriber's
// when it has counted every message. The rows in landing.db are counted before a figure is printed.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <regex>
#include <stdexcept>

#include "bench/ingest/publishers.hpp"
#include "bench/ingest/subscriber.hpp"
#include "core/sqlite/database.hpp"
#include "tests/support/mosquitto.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace stedi;
using namespace stedi::bench;

// As config/mosquitto.conf, but nothing is shed: the null subscriber has no way to ask again.
constexpr const char* broker_configuration =
    "max_inflight_messages 1000\nmax_queued_messages 0\nmax_queued_bytes 0\nset_tcp_nodelay true\n"
    "log_type error\nconnection_messages false\n";

struct GatewayResult {
  double readings_per_second = 0;
  long peak_kib = 0;
};

double rate(const Load& load, Instant from, Instant to) {
  return static_cast<double>(load.readings()) / std::chrono::duration<double>(to - from).count();
}

long peak_memory_kib(pid_t pid) {
  const std::string status = test::read_text("/proc/" + std::to_string(pid) + "/status");
  std::smatch match;
  if (!std::regex_search(status, match, std::regex("VmHWM:\\s+([0-9]+) kB"))) {
    throw std::runtime_error("the gateway's peak memory cannot be read");
  }
  return std::stol(match[1]);
}

void check_rows(const std::filesystem::path& landing, const Load& load) {
  auto database = sqlite::Database::open(landing, sqlite::Access::read_only);
  const auto rows = database ? database->integer("SELECT count(*) FROM accelerometer")
                             : Result<std::int64_t>(Failure(database.error()));
  if (!rows || *rows != static_cast<std::int64_t>(load.readings())) {
    throw std::runtime_error("landing.db does not hold what was acknowledged: " +
                             (rows ? std::to_string(*rows) : rows.error().message) + " of " +
                             std::to_string(load.readings()) + " readings");
  }
}

GatewayResult measure_gateway(const Load& load) {
  test::Mosquitto broker(broker_configuration);
  const test::TempDir files;
  test::Process gateway(
      {STEDI_PROGRAM_DIR "/stedi-gateway", "--config", STEDI_SOURCE_DIR "/config/gateway.toml", "--store",
       (files / "store").string(), "--keys", (files / "keys").string(), "--broker", broker.url(), "--http",
       "127.0.0.1:0"},
      {.environment = {{"STEDI_ROLES_DIR", (files / "roles").string()}}, .input = ""});
  const auto ready = [&] { return gateway.standard_error().find(" ready\n") != std::string::npos; };
  if (!test::wait_until(ready)) {
    throw std::runtime_error("the gateway does not become ready: " + gateway.standard_error());
  }
  GatewayResult result;
  {
    Publishers publishers(broker.url(), load);
    const Publishers::Times times = publishers.publish_all(Until::acknowledged);
    result.readings_per_second = rate(load, times.first_publish, times.done);
    result.peak_kib = peak_memory_kib(gateway.pid());
    if (publishers.resends() > 0) {
      std::printf("(%zu messages were sent again)\n", publishers.resends());
    }
  }
  gateway.send_signal(SIGTERM);
  if (gateway.exit_status() != 0) {
    throw std::runtime_error("the gateway did not stop cleanly");
  }
  check_rows(files / "store" / "landing.db", load);
  return result;
}

double measure_null_subscriber(const Load& load) {
  test::Mosquitto broker(broker_configuration);
  test::Process subscriber({STEDI_PROGRAM_DIR "/bench_ingest", "--null-subscriber", broker.url(),
                            "--messages", std::to_string(load.publishers * load.messages)});
  if (!subscriber.prints("subscribed")) {
    throw std::runtime_error("the null subscriber cannot connect");
  }
  Publishers publishers(broker.url(), load);
  const Publishers::Times times = publishers.publish_all(Until::published);
  if (subscriber.exit_status(std::chrono::minutes(5)) != 0) {
    throw std::runtime_error("the null subscriber did not count every message");
  }
  const std::string output = subscriber.standard_output();
  const auto counted = std::stoll(output.substr(output.find("counted ") + 8));
  return rate(load, times.first_publish, Instant(std::chrono::nanoseconds(counted)));
}

template <typename T>
T median(std::vector<T> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void measure(const Load& load, int rounds) {
  std::vector<double> durable;
  std::vector<double> null;
  long peak_kib = 0;
  for (int round = 0; round < rounds; ++round) {
    const GatewayResult gateway = measure_gateway(load);
    durable.push_back(gateway.readings_per_second);
    peak_kib = std::max(peak_kib, gateway.peak_kib);
    null.push_back(measure_null_subscriber(load));
  }
  std::printf("%8zu %12zu %16.0f %19.0f %8.2f %14.1f\n", load.readings_per_message, load.readings(),
              median(durable), median(null), median(durable) / median(null),
              static_cast<double>(peak_kib) / 1024);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Durable ingest by the gateway beside a null subscriber on the same broker.");
  int rounds = 3;
  std::size_t messages = 0;
  std::string null_subscriber;
  app.add_option("--rounds", rounds, "The median of this many is shown")->capture_default_str();
  app.add_option("--null-subscriber", null_subscriber, "Be the null subscriber of this broker")->group("");
  app.add_option("--messages", messages, "How many to count")->group("");
  CLI11_PARSE(app, argc, argv);
  if (!null_subscriber.empty()) {
    return run_null_subscriber(null_subscriber, messages);
  }
  try {
    std::printf("readings/  readings     gateway, every  null subscriber,          gateway's\n");
    std::printf(" message   in all       batch fsynced   nothing kept      ratio    peak memory\n");
    std::printf("                        readings/s      readings/s                 MiB\n");
    measure({.messages = 12'500, .readings_per_message = 1}, rounds);
    measure({.messages = 1'250, .readings_per_message = 50}, rounds);
    measure({.messages = 250, .readings_per_message = 500}, rounds);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_ingest: %s\n", error.what());
    return 1;
  }
  return 0;
}
