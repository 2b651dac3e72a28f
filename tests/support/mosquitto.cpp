#include "tests/support/mosquitto.hpp"

#include <stdexcept>

#include "tests/support/network.hpp"
#include "tests/support/wait_until.hpp"

namespace stedi::test {

Mosquitto::Mosquitto(const std::string& extra_configuration) : extra_configuration_(extra_configuration) {
  constexpr int attempts = 5;  // another process may take the port first
  for (int attempt = 0; attempt < attempts; ++attempt) {
    if (start_on(free_port())) {
      return;
    }
  }
  throw std::runtime_error("mosquitto does not start: " + process_->standard_error());
}

void Mosquitto::start() {
  if (!start_on(port_)) {
    throw std::runtime_error("mosquitto does not start again: " + process_->standard_error());
  }
}

bool Mosquitto::start_on(std::uint16_t port) {
  const std::filesystem::path configuration = files_ / "mosquitto.conf";
  write_text(configuration, "listener " + std::to_string(port) +
                                " 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest stderr\n" +
                                extra_configuration_ + "\n");
  port_ = port;
  process_.emplace(std::vector<std::string>{"mosquitto", "-c", configuration.string()});
  return wait_until([&] { return accepts_connections(port) || !process_->running(); }) && process_->running();
}

}  // namespace stedi::test
