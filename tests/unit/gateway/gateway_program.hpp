// stedi-gateway as a program, with its status pages and its store; brokers are the test's own.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/envelope.hpp"
#include "lakehouse/landing/store.hpp"
#include "tests/support/mosquitto.hpp"
#include "tests/support/network.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

namespace stedi::test {

inline constexpr auto device = "0123456789abcdef0123456789abcdef";
inline constexpr auto program = STEDI_PROGRAM_DIR "/stedi-gateway";

class GatewayProgram : public testing::Test {
 protected:
  void start(const std::string& broker_url) {
    process_.emplace(std::vector<std::string>{program, "--config", config_, "--store", store().string(),
                                              "--broker", broker_url, "--http", "127.0.0.1:0"},
                     test::Process::Options{{{"STEDI_ROLES_DIR", (files_ / "roles").string()}}, ""});
    constexpr std::string_view announcement = "status on http://127.0.0.1:";
    std::size_t found = std::string::npos;
    ASSERT_TRUE(test::wait_until([&] {
      log_ = process_->standard_error();
      found = log_.find(announcement);
      return (found != std::string::npos && log_.find('\n', found) != std::string::npos) ||
             !process_->running();
    }));
    ASSERT_NE(found, std::string::npos) << log_;
    port_ = static_cast<std::uint16_t>(std::stoi(log_.substr(found + announcement.size())));
  }
  std::filesystem::path store() const { return files_ / "store"; }
  std::optional<test::HttpResponse> get(const std::string& path) { return test::http_get(port_, path); }
  bool becomes_ready() {
    return test::wait_until([&] {
      const auto answer = get("/readyz");
      return answer && answer->status == 200;
    });
  }
  std::string metrics() {
    const auto answer = get("/metrics");
    return answer ? answer->body : "";
  }
  bool shows(const std::string& line) {
    return test::wait_until([&] { return metrics().find(line) != std::string::npos; });
  }
  std::int64_t rows() {
    auto database = landing::open_landing_for_reading(store());
    return database->integer("SELECT count(*) FROM accelerometer_landing").value();
  }
  static test::Output mosquitto(const std::string& tool, const test::Mosquitto& broker,
                                std::vector<std::string> arguments) {
    std::vector<std::string> command = {tool, "-p", std::to_string(broker.port()), "-q", "1"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return test::run(command);
  }
  static void publish(const test::Mosquitto& broker, const std::string& stream, const std::string& payload) {
    std::string topic = "stedi/v1/";  // appended: g++ 12 takes a sum of strings for an overrun
    topic.append(device).append("/").append(stream);
    ASSERT_EQ(mosquitto("mosquitto_pub", broker, {"-t", topic, "-m", payload}).exit_status, 0);
  }

  test::TempDir files_;
  std::optional<test::Process> process_;
  std::string config_ = STEDI_SOURCE_DIR "/config/gateway.toml";
  std::string log_;
  std::uint16_t port_ = 0;
};

inline std::string batch(std::int64_t seq) {
  const std::vector<std::string> records = {
      R"({"user":"somebody@example.com","timestamp":1655000000000,"x":1,"y":2,"z":3})"};
  return wire::seal_envelope({"boot", seq}, records);
}

}  // namespace stedi::test
