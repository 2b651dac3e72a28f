// The gateway as a process on a broker of its own, with a store that is counted before a figure is believed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "tests/support/mosquitto.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::bench {

// As config/mosquitto.conf, but nothing is shed: a subscriber without acks has no way to ask again.
inline constexpr const char* broker_configuration =
    "max_inflight_messages 1000\nmax_queued_messages 0\nmax_queued_bytes 0\nset_tcp_nodelay true\n"
    "log_type error\nconnection_messages false\n";

class GatewayProcess {
 public:
  // `settings`: the text of its configuration instead of config/gateway.toml. Ready when it returns; throws
  // when it does not become so.
  explicit GatewayProcess(const std::optional<std::string>& settings = std::nullopt);

  std::string broker_url() const { return broker_.url(); }
  std::filesystem::path store() const { return files_ / "store"; }
  std::filesystem::path keys() const { return files_ / "keys"; }
  // As /metrics has it now, with its labels; throws when it is not there.
  double metric(const std::string& name) const;
  double peak_mib() const;
  double cpu_seconds() const;  // user and system
  // With SIGTERM; throws when it does not end cleanly.
  void stop();
  // Stops it and counts the accelerometer readings in landing.db; throws when either fails.
  std::int64_t stop_and_count_readings();

 private:
  test::Mosquitto broker_;
  test::TempDir files_;
  test::Process process_;
  std::uint16_t http_port_ = 0;
};

// Throws, saying both, unless `rows` is what was acknowledged.
void require_rows(std::string_view where, std::int64_t rows, std::size_t acknowledged);

}  // namespace stedi::bench
