// A real Mosquitto of the test's own: free loopback port, no persistence, nothing shared with a system
// broker.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::test {

class Mosquitto {
 public:
  // Accepts connections when it returns. `extra_configuration`: further lines of mosquitto.conf.
  explicit Mosquitto(const std::string& extra_configuration = "");

  std::uint16_t port() const { return port_; }
  std::string url() const { return "tcp://127.0.0.1:" + std::to_string(port_); }
  pid_t pid() const { return process_->pid(); }

  // kill -9, as a power cut does; start() brings it back on the same port, with nothing remembered.
  void kill_now() { process_->kill_now(); }
  void start();

 private:
  bool start_on(std::uint16_t port);
  std::string extra_configuration_;
  TempDir files_;
  std::uint16_t port_ = 0;
  std::optional<Process> process_;
};

}  // namespace stedi::test
