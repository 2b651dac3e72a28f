// stedi-device: parses, wires, runs.
#include <atomic>
#include <csignal>
#include <exception>
#include <iostream>
#include <variant>

#include "firmware_sim/cli/command.hpp"
#include "firmware_sim/cli/run.hpp"

namespace {

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set from a signal handler");

void ask_to_stop(int) {
  stop = true;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto command = stedi::firmware::parse_command(argc, argv);
    if (const int* status = std::get_if<int>(&command)) return *status;
    std::signal(SIGINT, ask_to_stop);
    std::signal(SIGTERM, ask_to_stop);
    std::signal(SIGXFSZ, SIG_IGN);  // a file at its size limit is an error to report
    return stedi::firmware::run_command(std::get<stedi::firmware::Command>(command), stop);
  } catch (const std::exception& error) {
    std::cerr << "stedi-device: " << error.what() << "\n";
    return 1;
  }
}
