#include "bench/ingest/gateway_process.hpp"

#include <unistd.h>

#include <regex>
#include <sstream>
#include <stdexcept>

#include "core/sqlite/database.hpp"

namespace stedi::bench {
namespace {

std::vector<std::string> command(const test::TempDir& files, const std::string& broker_url) {
  return {STEDI_PROGRAM_DIR "/stedi-gateway",
          "--config",
          STEDI_SOURCE_DIR "/config/gateway.toml",
          "--store",
          (files / "store").string(),
          "--keys",
          (files / "keys").string(),
          "--broker",
          broker_url,
          "--http",
          "127.0.0.1:0"};
}

}  // namespace

GatewayProcess::GatewayProcess()
    : broker_(broker_configuration),
      process_(command(files_, broker_.url()),
               {.environment = {{"STEDI_ROLES_DIR", (files_ / "roles").string()}}, .input = ""}) {
  const auto ready = [&] { return process_.standard_error().find(" ready\n") != std::string::npos; };
  if (!test::wait_until(ready))
    throw std::runtime_error("the gateway does not become ready: " + process_.standard_error());
}

double GatewayProcess::peak_mib() const {
  const std::string status = test::read_text("/proc/" + std::to_string(process_.pid()) + "/status");
  std::smatch match;
  if (!std::regex_search(status, match, std::regex("VmHWM:\\s+([0-9]+) kB")))
    throw std::runtime_error("the gateway's peak memory cannot be read");
  return std::stod(match[1]) / 1024;
}

double GatewayProcess::cpu_seconds() const {
  const std::string stat = test::read_text("/proc/" + std::to_string(process_.pid()) + "/stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  constexpr int user_time_field = 14;  // of proc(5); the one after the name is 3
  for (int field = 3; field < user_time_field; ++field) fields >> skipped;
  double user_ticks = 0;
  double system_ticks = 0;
  fields >> user_ticks >> system_ticks;
  return (user_ticks + system_ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::int64_t GatewayProcess::stop_and_count_readings() {
  process_.send_signal(SIGTERM);
  if (process_.exit_status() != 0) throw std::runtime_error("the gateway did not stop cleanly");
  auto database = sqlite::Database::open(files_ / "store" / "landing.db", sqlite::Access::read_only);
  if (!database) throw std::runtime_error(database.error().message);
  const auto rows = database->integer("SELECT count(*) FROM accelerometer");
  if (!rows) throw std::runtime_error(rows.error().message);
  return *rows;
}

void require_rows(std::string_view where, std::int64_t rows, std::size_t acknowledged) {
  if (rows == static_cast<std::int64_t>(acknowledged)) return;
  throw std::runtime_error(std::string(where) + " holds " + std::to_string(rows) + " readings, not the " +
                           std::to_string(acknowledged) + " that were acknowledged");
}

}  // namespace stedi::bench
