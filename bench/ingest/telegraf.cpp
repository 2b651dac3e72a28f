#include "bench/ingest/telegraf.hpp"

#include <regex>
#include <stdexcept>
#include <thread>

#include "bench/gateway/gateway_process.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::bench {
namespace {

constexpr std::chrono::minutes give_up{5};
constexpr std::chrono::milliseconds look_again{10};

// Batches as large and flushes as frequent as suit it best on this load, one transaction a batch.
std::string configuration(const std::string& broker_url, const std::filesystem::path& database) {
  return R"toml([agent]
  interval = "1s"
  flush_interval = "100ms"
  metric_batch_size = 5000
  metric_buffer_limit = 200000
  omit_hostname = true
  quiet = true
[[inputs.mqtt_consumer]]
  servers = [")toml" +
         broker_url + R"toml("]
  topics = ["stedi/v1/+/accelerometer"]
  topic_tag = ""
  qos = 1
  persistent_session = true
  client_id = "telegraf"
  max_undelivered_messages = 10000
  name_override = "accelerometer"
  data_format = "json"
  json_query = "records"
  tag_keys = ["user"]
  json_time_key = "timestamp"
  json_time_format = "unix_ms"
[[outputs.sql]]
  driver = "sqlite"
  data_source_name = "file:)toml" +
         database.string() + R"toml(?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
  batch_transactions = true
)toml";
}

// Every row ever inserted counts: the table has no deletes.
std::int64_t rows_in(const std::filesystem::path& file, const char* sql) {
  if (!std::filesystem::exists(file)) return 0;
  auto database = sqlite::Database::open(file, sqlite::Access::read_only);
  const auto rows = database ? database->integer(sql) : Result<std::int64_t>(Failure(database.error()));
  return rows ? *rows : 0;
}

double peak_mib(pid_t pid) {
  const std::string status = test::read_text("/proc/" + std::to_string(pid) + "/status");
  std::smatch match;
  return std::regex_search(status, match, std::regex("VmHWM:\\s+([0-9]+) kB")) ? std::stod(match[1]) / 1024
                                                                               : 0;
}

Instant wait_for_rows(const std::filesystem::path& file, std::int64_t rows, test::Process& telegraf) {
  const Instant deadline = std::chrono::steady_clock::now() + give_up;
  while (rows_in(file, "SELECT coalesce(max(rowid), 0) FROM accelerometer") < rows) {
    if (!telegraf.running() || std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("Telegraf did not store every reading: " + telegraf.standard_error());
    std::this_thread::sleep_for(look_again);
  }
  return std::chrono::steady_clock::now();
}

// A message that one may look for: the persistent session is there before the load is.
void wait_until_subscribed(const std::string& broker_url, const std::filesystem::path& file,
                           test::Process& telegraf) {
  Publishers probe(broker_url, {.publishers = 1, .messages = 1, .readings_per_message = 1});
  const auto arrived = [&] {
    if (rows_in(file, "SELECT count(*) FROM accelerometer") > 0) return true;
    probe.publish_all(Until::published);
    return false;
  };
  if (!test::wait_until(arrived, std::chrono::seconds(30)))
    throw std::runtime_error("Telegraf does not subscribe: " + telegraf.standard_error());
}

}  // namespace

TelegrafResult measure_telegraf(const std::filesystem::path& program, const Load& load) {
  test::Mosquitto broker(broker_configuration);
  const test::TempDir files;
  const auto database = files / "telegraf.db";
  test::write_text(files / "telegraf.conf", configuration(broker.url(), database));
  test::Process telegraf({program.string(), "--config", (files / "telegraf.conf").string()},
                         {.environment = {{"HOME", files.path().string()}}, .input = ""});
  wait_until_subscribed(broker.url(), database, telegraf);
  const std::int64_t before = rows_in(database, "SELECT count(*) FROM accelerometer");
  const std::int64_t expected = before + static_cast<std::int64_t>(load.readings());

  Publishers publishers(broker.url(), load);
  const Publishers::Times times = publishers.publish_all(Until::published);
  const Instant stored = wait_for_rows(database, expected, telegraf);
  TelegrafResult result;
  result.readings_per_second = static_cast<double>(load.readings()) /
                               std::chrono::duration<double>(stored - times.first_publish).count();
  result.peak_mib = peak_mib(telegraf.pid());
  telegraf.send_signal(SIGTERM);
  telegraf.wait(std::chrono::seconds(20));
  const std::int64_t rows = rows_in(database, "SELECT count(*) FROM accelerometer");
  require_rows("Telegraf's database", rows, static_cast<std::size_t>(expected));
  return result;
}

}  // namespace stedi::bench
