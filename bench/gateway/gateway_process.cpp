#include "bench/gateway/gateway_process.hpp"

#include <unistd.h>

#include <regex>
#include <sstream>
#include <stdexcept>

#include "core/sqlite/database.hpp"
#include "tests/support/network.hpp"

namespace stedi::bench {
namespace {

constexpr std::string_view status_announcement = "status on http://127.0.0.1:";

std::string config_file(const test::TempDir& files, const std::optional<std::string>& settings) {
  if (!settings) return STEDI_SOURCE_DIR "/config/gateway.toml";
  test::write_text(files / "gateway.toml", *settings);
  return (files / "gateway.toml").string();
}

std::vector<std::string> command(const test::TempDir& files, const std::string& config,
                                 const std::string& broker_url) {
  return {STEDI_PROGRAM_DIR "/stedi-gateway",
          "--config",
          config,
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

GatewayProcess::GatewayProcess(const std::optional<std::string>& settings)
    : broker_(broker_configuration),
      process_(command(files_, config_file(files_, settings), broker_.url()),
               {.environment = {{"STEDI_ROLES_DIR", (files_ / "roles").string()}}, .input = ""}) {
  const auto ready = [&] { return process_.standard_error().find(" ready\n") != std::string::npos; };
  if (!test::wait_until(ready))
    throw std::runtime_error("the gateway does not become ready: " + process_.standard_error());
  const std::string log = process_.standard_error();
  const std::size_t port = log.find(status_announcement) + status_announcement.size();
  http_port_ = static_cast<std::uint16_t>(std::stoi(log.substr(port)));
}

double GatewayProcess::metric(const std::string& name) const {
  const auto answer = test::http_get(http_port_, "/metrics");
  const std::size_t found = answer ? answer->body.find("\n" + name + " ") : std::string::npos;
  if (found == std::string::npos) throw std::runtime_error("the gateway does not say " + name);
  return std::stod(answer->body.substr(found + name.size() + 2));
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

void GatewayProcess::stop() {
  process_.send_signal(SIGTERM);
  if (process_.exit_status() != 0) throw std::runtime_error("the gateway did not stop cleanly");
}

std::int64_t GatewayProcess::stop_and_count_readings() {
  stop();
  auto database = sqlite::Database::open(store() / "landing.db", sqlite::Access::read_only);
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
