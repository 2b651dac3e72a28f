// Durable ingest beside a null subscriber and beside Telegraf: the same publishers, payloads and broker
// configuration, in one run; and how long a batch waits for its acknowledgement at a given load.
//
// The gateway's clock stops when every batch is acknowledged, which is after its fsync; the null subscriber's
// when it has counted every message; Telegraf's when every row is committed. Rows are counted before a figure
// is printed.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <optional>
#include <stdexcept>

#include "bench/gateway/gateway_process.hpp"
#include "bench/ingest/open_loop.hpp"
#include "bench/ingest/publishers.hpp"
#include "bench/ingest/subscriber.hpp"
#include "bench/ingest/telegraf.hpp"

namespace {

using namespace stedi;
using namespace stedi::bench;

struct GatewayResult {
  double readings_per_second = 0;
  double peak_mib = 0;
  double cpu_us = 0;  // of its process, a reading
};

double rate(const Load& load, Instant from, Instant to) {
  return static_cast<double>(load.readings()) / std::chrono::duration<double>(to - from).count();
}

GatewayResult measure_gateway(const Load& load) {
  GatewayProcess gateway;
  GatewayResult result;
  {
    Publishers publishers(gateway.broker_url(), load);
    const Publishers::Times times = publishers.publish_all(Until::acknowledged);
    result.readings_per_second = rate(load, times.first_publish, times.done);
    result.peak_mib = gateway.peak_mib();
    result.cpu_us = gateway.cpu_seconds() * 1e6 / static_cast<double>(load.readings());
    if (publishers.resends() > 0) std::printf("(%zu messages were sent again)\n", publishers.resends());
  }
  require_rows("landing.db", gateway.stop_and_count_readings(), load.readings());
  return result;
}

double measure_null_subscriber(const Load& load) {
  test::Mosquitto broker(broker_configuration);
  test::Process subscriber({STEDI_PROGRAM_DIR "/bench_ingest", "--null-subscriber", broker.url(),
                            "--messages", std::to_string(load.publishers * load.messages)});
  if (!subscriber.prints("subscribed")) throw std::runtime_error("the null subscriber cannot connect");
  Publishers publishers(broker.url(), load);
  const Publishers::Times times = publishers.publish_all(Until::published);
  if (subscriber.exit_status(std::chrono::minutes(5)) != 0)
    throw std::runtime_error("the null subscriber did not count every message");
  const std::string output = subscriber.standard_output();
  const auto counted = std::stoll(output.substr(output.find("counted ") + 8));
  return rate(load, times.first_publish, Instant(std::chrono::nanoseconds(counted)));
}

template <typename T>
T median(std::vector<T> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// About as many readings in all, whatever a message holds; within bounds that keep a round short.
Load load_of(std::size_t readings_per_message) {
  return {.messages = std::clamp<std::size_t>(62'500 / readings_per_message, 250, 12'500),
          .readings_per_message = readings_per_message};
}

void print_throughput_head() {
  std::printf(
      "readings/  readings   gateway, every  null subscriber,  gateway's   Telegraf, every  gateway's");
  std::printf("    gateway's     gateway's   Telegraf's\n");
  std::printf(
      " message   in all     batch fsynced   nothing kept      ratio       row committed    ratio    ");
  std::printf("   peak memory   CPU time    peak memory\n");
  std::printf(
      "                      readings/s      readings/s                    readings/s                ");
  std::printf("   MiB           us/reading  MiB\n");
}

// A round measures all of them, one after the other: what the machine does besides is everybody's.
void measure_throughput(std::size_t readings_per_message, int rounds,
                        const std::optional<std::string>& telegraf) {
  const Load load = load_of(readings_per_message);
  std::vector<GatewayResult> gateway;
  std::vector<double> null;
  std::vector<TelegrafResult> rival;
  for (int round = 0; round < rounds; ++round) {
    gateway.push_back(measure_gateway(load));
    null.push_back(measure_null_subscriber(load));
    if (telegraf) rival.push_back(measure_telegraf(*telegraf, load));
  }
  const auto median_of = [](const auto& results, auto member) {
    std::vector<double> values;
    for (const auto& result : results) values.push_back(result.*member);
    return median(values);
  };
  const double durable = median_of(gateway, &GatewayResult::readings_per_second);
  std::printf("%8zu %10zu %15.0f %16.0f %9.2f", readings_per_message, load.readings(), durable, median(null),
              durable / median(null));
  if (telegraf) {
    const double theirs = median_of(rival, &TelegrafResult::readings_per_second);
    std::printf(" %17.0f %10.1f", theirs, durable / theirs);
  } else {
    std::printf(" %17s %10s", "-", "-");
  }
  std::printf(" %15.1f %13.2f", std::ranges::max(gateway, {}, &GatewayResult::peak_mib).peak_mib,
              median_of(gateway, &GatewayResult::cpu_us));
  if (telegraf) std::printf(" %12.1f", std::ranges::max(rival, {}, &TelegrafResult::peak_mib).peak_mib);
  std::printf("\n");
  std::fflush(stdout);
}

void measure_latency(const std::string& what, const OfferedLoad& load) {
  GatewayProcess gateway;
  const AckLatency latency = offer(gateway.broker_url(), load);
  const double peak = gateway.peak_mib();
  const std::int64_t rows = gateway.stop_and_count_readings();
  if (latency.acknowledged == latency.sent)
    require_rows("landing.db", rows, latency.acknowledged * load.readings_per_message);
  if (rows < static_cast<std::int64_t>(latency.acknowledged * load.readings_per_message))
    throw std::runtime_error("landing.db holds less than what was acknowledged");
  std::printf("%-26s %8zu %12.0f %10zu %13zu %9.1f %9.1f %9.1f %12.1f\n", what.c_str(),
              load.readings_per_message, load.readings_per_second, latency.sent,
              latency.sent - latency.acknowledged, latency.percentile_ms(50), latency.percentile_ms(99),
              latency.percentile_ms(99.9), peak);
  std::fflush(stdout);
}

// The most the machine takes when the devices wait for their acks, then parts of it when they do not.
void measure_latencies() {
  constexpr std::size_t readings_per_message = 50;
  std::vector<double> rates;
  for (int round = 0; round < 3; ++round)
    rates.push_back(measure_gateway(load_of(readings_per_message)).readings_per_second);
  const double most = median(rates);
  std::printf(
      "1,000 devices                readings/      offered    batches  unacknowledged     ack latency, ms");
  std::printf("          gateway's\n");
  std::printf(
      "                              message    readings/s       sent                    p50       p99");
  std::printf("     p99.9     peak MiB\n");
  for (const int percent : {10, 25, 50, 75, 90, 100})
    measure_latency(
        std::to_string(percent) + " % of the maximum",
        {.readings_per_message = readings_per_message, .readings_per_second = most * percent / 100});
  constexpr double fifty_hertz = 1'000 * 50.0;
  for (const std::size_t readings : {50, 10, 5})
    measure_latency("50 Hz each", {.readings_per_message = readings, .readings_per_second = fifty_hertz});
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Durable ingest by the gateway beside a null subscriber and Telegraf; latency of its acks.");
  int rounds = 3;
  std::vector<std::size_t> readings = {1, 50, 500};
  std::optional<std::string> telegraf;
  bool latency = false;
  std::size_t messages = 0;
  std::string null_subscriber;
  app.add_option("--rounds", rounds, "The median of this many is shown")->capture_default_str();
  app.add_option("--readings", readings, "How many a message holds")->capture_default_str();
  app.add_option("--telegraf", telegraf, "Measure this Telegraf too")->check(CLI::ExistingFile);
  app.add_flag("--latency", latency, "Ack latency against offered load instead");
  app.add_option("--null-subscriber", null_subscriber, "Be the null subscriber of this broker")->group("");
  app.add_option("--messages", messages, "How many to count")->group("");
  CLI11_PARSE(app, argc, argv);
  if (!null_subscriber.empty()) return run_null_subscriber(null_subscriber, messages);
  try {
    if (latency) {
      measure_latencies();
      return 0;
    }
    print_throughput_head();
    for (const std::size_t count : readings) measure_throughput(count, rounds, telegraf);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_ingest: %s\n", error.what());
    return 1;
  }
  return 0;
}
