#include "tests/support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <utility>

extern char** environ;

namespace stedi::test {
namespace {

constexpr std::string_view input_name = "stdin";
constexpr std::string_view output_name = "stdout";
constexpr std::string_view error_name = "stderr";
constexpr int cannot_start = 127;

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!added.contains(std::string(text.substr(0, text.find('='))))) {
      merged.emplace_back(text);
    }
  }
  for (const auto& [name, value] : added) {
    merged.push_back(name + "=" + value);
  }
  return merged;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    result.push_back(text.data());
  }
  result.push_back(nullptr);
  return result;
}

struct Descriptors {
  int input;
  int output;
  int error;
};

// Between fork and exec: async-signal-safe calls alone, a test may have threads.
[[noreturn]] void become(char* const* command, char* const* environment, const Descriptors& descriptors) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(descriptors.input, STDIN_FILENO);
  dup2(descriptors.output, STDOUT_FILENO);
  dup2(descriptors.error, STDERR_FILENO);
  execve(command[0], command, environment);
  _exit(cannot_start);
}

int open_or_throw(const std::filesystem::path& file, int flags) {
  const int descriptor = ::open(file.c_str(), flags | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    throw std::runtime_error("cannot open " + file.string() + ": " + std::strerror(errno));
  }
  return descriptor;
}

Ending ending_of(int status) {
  if (WIFSIGNALED(status)) {
    return {.exit_status = std::nullopt, .signal = WTERMSIG(status)};
  }
  return {.exit_status = WEXITSTATUS(status), .signal = std::nullopt};
}

// Waits for the process without reaping it; false when it still runs after `deadline`.
bool ends_within(pid_t pid, std::chrono::milliseconds deadline) {
  // By number: the header of glibc 2.36 does not declare pidfd_open for C++.
  const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (descriptor < 0) {
    return false;
  }
  pollfd waited{.fd = descriptor, .events = POLLIN, .revents = 0};
  const int ready = ::poll(&waited, 1, static_cast<int>(deadline.count()));
  ::close(descriptor);
  return ready > 0;
}

}  // namespace

std::optional<std::filesystem::path> find_program(std::string_view name) {
  if (name.find('/') != std::string_view::npos) {
    return std::filesystem::path(name);
  }
  const char* const search = std::getenv("PATH");
  std::istringstream folders(std::string(search == nullptr ? "" : search) +
                             ":/usr/local/sbin:/usr/sbin:/sbin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::filesystem::path candidate = std::filesystem::path(folder) / name;
    if (!folder.empty() && ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  return std::nullopt;
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return (std::ostringstream() << stream.rdbuf()).str();
}

void write_text(const std::filesystem::path& file, std::string_view text) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.flush()) {
    throw std::runtime_error("cannot write " + file.string());
  }
}

Process::Process(std::vector<std::string> command, const Options& options) : name_(command.at(0)) {
  const auto program = find_program(name_);
  if (!program) {
    throw std::runtime_error(name_ + " is not installed");
  }
  command[0] = program->string();
  write_text(files_ / input_name, options.input);
  const Descriptors descriptors{.input = open_or_throw(files_ / input_name, O_RDONLY),
                                .output = open_or_throw(files_ / output_name, O_WRONLY | O_CREAT | O_APPEND),
                                .error = open_or_throw(files_ / error_name, O_WRONLY | O_CREAT | O_APPEND)};
  std::vector<std::string> environment = merged_environment(options.environment);
  const std::vector<char*> command_pointers = pointers(command);
  const std::vector<char*> environment_pointers = pointers(environment);
  pid_ = ::fork();
  if (pid_ == 0) {
    become(command_pointers.data(), environment_pointers.data(), descriptors);
  }
  ::close(descriptors.input);
  ::close(descriptors.output);
  ::close(descriptors.error);
  if (pid_ < 0) {
    throw std::runtime_error("cannot fork for " + name_);
  }
}

Process::Process(Process&& other) noexcept
    : files_(std::move(other.files_)),
      pid_(std::exchange(other.pid_, -1)),
      ending_(std::exchange(other.ending_, std::nullopt)),
      name_(std::move(other.name_)) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    std::destroy_at(this);
    std::construct_at(this, std::move(other));
  }
  return *this;
}

Process::~Process() {
  kill_now();
}

bool Process::running() {
  return !wait(std::chrono::milliseconds(0));
}

void Process::send_signal(int signal) {
  if (running()) {
    ::kill(pid_, signal);
  }
}

std::optional<Ending> Process::wait(std::chrono::milliseconds deadline) {
  if (ending_ || pid_ < 0) {
    return ending_;
  }
  int status = 0;
  if (ends_within(pid_, deadline) && ::waitpid(pid_, &status, 0) == pid_) {
    ending_ = ending_of(status);
  }
  return ending_;
}

int Process::exit_status(std::chrono::milliseconds deadline) {
  const std::optional<Ending> ending = wait(deadline);
  if (ending && ending->exit_status) {
    return *ending->exit_status;
  }
  std::fprintf(stderr, "%s %s; its output:\n%s%s\n", name_.c_str(),
               ending ? "was ended by a signal" : "still runs at the deadline", standard_output().c_str(),
               standard_error().c_str());
  return -1;
}

void Process::kill_now() {
  if (pid_ < 0 || ending_) {
    return;
  }
  ::kill(pid_, SIGKILL);
  int status = 0;
  if (::waitpid(pid_, &status, 0) == pid_) {
    ending_ = ending_of(status);
  }
}

std::string Process::standard_output() const {
  return read_text(files_ / output_name);
}

std::string Process::standard_error() const {
  return read_text(files_ / error_name);
}

bool Process::prints(std::string_view text, std::chrono::milliseconds deadline) {
  const auto printed = [&] { return standard_output().find(text) != std::string::npos; };
  wait_until([&] { return printed() || !running(); }, deadline);
  return printed();
}

Output run(std::vector<std::string> command, const Process::Options& options,
           std::chrono::milliseconds deadline) {
  Process process(std::move(command), options);
  const int status = process.exit_status(deadline);
  return {.exit_status = status,
          .standard_output = process.standard_output(),
          .standard_error = process.standard_error()};
}

}  // namespace stedi::test
