// The whole path as processes of a test's own: broker, gateway, devices, lakehouse, and their folders.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/oracle/policy.hpp"
#include "tests/support/mosquitto.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;  // three to ten times slower: fewer people
#else
inline constexpr bool sanitized = false;
#endif

// Reached only when something is broken.
inline constexpr std::chrono::seconds play_deadline{240};

// The real data set; under a sanitizer that of its first people. Made once a program.
// Precondition: STEDI_REQUIRE_DATA() has passed.
const std::filesystem::path& played_data();
// What is in it, read by the oracle, as received now.
const oracle::Landed& played_records();

std::int64_t now_ms();
std::string program(std::string_view name);

class Rig {
 public:
  std::filesystem::path store() const { return files_ / "store"; }
  std::filesystem::path keys() const { return files_ / "keys"; }
  std::filesystem::path landing() const { return store() / "landing.db"; }
  std::filesystem::path zones(const std::string& profile) const {
    return store() / ("zones-" + profile + ".db");
  }
  std::filesystem::path file(std::string_view name) const { return files_ / name; }
  Mosquitto& broker() { return broker_; }

  // On config/gateway.toml; ready when it returns.
  void start_gateway();
  Process& gateway() { return *gateway_; }
  std::uint16_t http_port() const;

  Process start_device(std::vector<std::string> arguments, std::string_view spool = "spool");
  // mosquitto_pub or mosquitto_sub on our broker.
  Process start_client(const std::string& name, std::vector<std::string> arguments,
                       const std::string& input = "");
  // A bare message, as any MQTT client sends it; returns when the broker has it.
  void publish(const std::string& topic, const std::string& payload);
  Output lakehouse(std::vector<std::string> arguments);
  // Runs the jobs of both profiles.
  Output run_jobs();

  std::int64_t landed_batches() const;
  oracle::Outcome by_the_rules(const std::string& profile, const oracle::Landed& landed) const;
  // Expects that the profile's tables hold what the rules make of all that has landed, and that `validate`
  // says of as many records of each stream why they are not there; and, given a file of counts, finds those.
  void expect_as_by_the_rules(const std::string& profile, const oracle::Landed& landed,
                              const std::string& counts = "");

 private:
  Process::Options options() const;

  Mosquitto broker_;
  TempDir files_;
  std::optional<Process> gateway_;
};

}  // namespace stedi::test
