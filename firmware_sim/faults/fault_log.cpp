#include "firmware_sim/faults/fault_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

namespace stedi::firmware {

namespace {

const char* name_of(Expectation expect) {
  switch (expect) {
    case Expectation::landed_or_gap:
      return "landed_or_gap";
    case Expectation::quarantined:
      return "quarantined";
    case Expectation::record_quarantined:
      return "record_quarantined";
    case Expectation::settled:
      return "settled";
    case Expectation::law:
      return "law";
  }
  return "law";
}

std::string system_error(const std::filesystem::path& file) {
  return "fault log " + file.string() + ": " + std::strerror(errno);
}

// Makes the next line begin on its own.
bool end_unfinished_line(int descriptor) {
  struct stat file {};
  char last = '\n';
  if (::fstat(descriptor, &file) != 0) return false;
  if (file.st_size == 0 || ::pread(descriptor, &last, 1, file.st_size - 1) != 1 || last == '\n') return true;
  return ::write(descriptor, "\n", 1) == 1;
}

}  // namespace

std::string fault_text(const FaultLine& line) {
  nlohmann::ordered_json object = {{"id", line.id}, {"kind", line.kind}, {"at_ms", line.at_ms}};
  if (line.data_ms) object["data_ms"] = *line.data_ms;
  object["device"] = line.device;
  if (!line.stream.empty()) object["stream"] = line.stream;
  if (!line.boot.empty()) object["boot"] = line.boot;
  if (line.seq > 0) object["seq"] = line.seq;
  if (!line.digest.empty()) object["digest"] = line.digest;
  if (!line.acked.empty()) object["acked"] = nlohmann::json::parse(line.acked, nullptr, false);
  if (line.lasts_ms > 0) object["lasts_ms"] = line.lasts_ms;
  object["expect"] = name_of(line.expect);
  return object.dump() + '\n';
}

Result<std::unique_ptr<FaultLog>> FaultLog::open(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) return fail(system_error(file));
  std::unique_ptr<FaultLog> log(new FaultLog(descriptor, file));
  if (!end_unfinished_line(descriptor)) return fail(system_error(file));
  return log;
}

FaultLog::~FaultLog() {
  ::close(descriptor_);
}

void FaultLog::add(const FaultLine& line) {
  const std::string text = fault_text(line);
  const std::lock_guard lock(mutex_);
  ++counts_[std::string(line.kind)];
  if (::write(descriptor_, text.data(), text.size()) != static_cast<ssize_t>(text.size()) && !failure_)
    failure_ = system_error(file_);
}

Result<void> FaultLog::failure() const {
  const std::lock_guard lock(mutex_);
  if (failure_) return fail(*failure_);
  return {};
}

std::map<std::string, std::size_t, std::less<>> FaultLog::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace stedi::firmware
