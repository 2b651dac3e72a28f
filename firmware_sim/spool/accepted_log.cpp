#include "firmware_sim/spool/accepted_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "core/digest/digest.hpp"
#include "core/file/durable.hpp"
#include "core/wire/topic.hpp"

namespace stedi::firmware {

namespace {

// How many bytes of the file are whole lines; takes the names they hold out of `names`.
std::int64_t read_whole_lines(const std::filesystem::path& file, std::set<std::string>& names) {
  std::ifstream in(file, std::ios::binary);
  std::int64_t whole_bytes = 0;
  for (std::string line; std::getline(in, line) && !in.eof();) {
    whole_bytes += static_cast<std::int64_t>(line.size()) + 1;
    const std::size_t digest = line.rfind(' ');
    const std::size_t records = digest == std::string::npos ? digest : line.rfind(' ', digest - 1);
    if (records != std::string::npos) names.erase(line.substr(0, records));
  }
  return whole_bytes;
}

}  // namespace

std::string accepted_name(const SealedBatch& batch) {
  return batch.device + ' ' + batch.boot + ' ' + std::string(wire::stream_name(batch.stream)) + ' ' +
         std::to_string(batch.seq);
}

std::string accepted_line(const SealedBatch& batch, std::string_view payload) {
  return accepted_name(batch) + ' ' + std::to_string(batch.records) + ' ' + hex(sha256(payload)) + '\n';
}

Result<AcceptedLog> AcceptedLog::open(const std::filesystem::path& file, std::set<std::string>& names) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  AcceptedLog log(descriptor, file);
  if (descriptor < 0) return log.failure("cannot open");
  if (::ftruncate(descriptor, read_whole_lines(file, names)) != 0) return log.failure("cannot cut");
  return log;
}

AcceptedLog::AcceptedLog(AcceptedLog&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), file_(std::move(other.file_)) {}

AcceptedLog::~AcceptedLog() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Failure AcceptedLog::failure(std::string_view what) const {
  return fail("accepted log " + file_.string() + ": " + std::string(what) + ": " + std::strerror(errno));
}

Result<void> AcceptedLog::append(std::string_view lines) {
  if (!write_all(descriptor_, lines)) return failure("cannot write");
  if (::fdatasync(descriptor_) != 0) return failure("cannot sync");
  return {};
}

}  // namespace stedi::firmware
