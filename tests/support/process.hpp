// A child process with its output in files. Killed on destruction, and by the kernel when the thread that
// started it dies, so that a test that is cut short leaves nothing running.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

namespace stedi::test {

// How a process ended; exactly one of the two is set.
struct Ending {
  std::optional<int> exit_status;
  std::optional<int> signal;
};

class Process {
 public:
  struct Options {
    std::map<std::string, std::string> environment;  // added to ours, ours overridden
    std::string input;                               // what the process reads on its standard input
  };

  // `command[0]` is a path, or a name looked up in PATH and the sbin folders. Throws when it cannot be
  // started.
  explicit Process(std::vector<std::string> command) : Process(std::move(command), Options{}) {}
  Process(std::vector<std::string> command, const Options& options);
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;

  pid_t pid() const { return pid_; }
  bool running();
  void send_signal(int signal);
  // nullopt when it still runs at the deadline.
  std::optional<Ending> wait(std::chrono::milliseconds deadline = default_deadline);
  // The exit status; -1 (with the output on stderr) when it was killed or still runs at the deadline.
  int exit_status(std::chrono::milliseconds deadline = default_deadline);
  // SIGKILL, and reaps it. Does nothing to a process that has ended.
  void kill_now();

  // What has been written so far.
  std::string standard_output() const;
  std::string standard_error() const;
  // Standard output holds `text` before the deadline and before the process ends.
  bool prints(std::string_view text, std::chrono::milliseconds deadline = default_deadline);

 private:
  TempDir files_;
  pid_t pid_ = -1;
  std::optional<Ending> ending_;
  std::string name_;
};

// Runs a command to its end.
struct Output {
  int exit_status = -1;
  std::string standard_output;
  std::string standard_error;
};
Output run(std::vector<std::string> command, const Process::Options& options = {},
           std::chrono::milliseconds deadline = default_deadline);

// Where `name` is: in PATH or, for daemons that Debian keeps off a user's PATH, in an sbin folder.
// nullopt when it is nowhere.
std::optional<std::filesystem::path> find_program(std::string_view name);

std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, std::string_view text);

}  // namespace stedi::test
