#include "lakehouse/export/new_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "core/digest/digest.hpp"

namespace stedi::lakehouse {

namespace {

constexpr std::size_t buffer_bytes = 1 << 16;

Failure failure(const std::filesystem::path& file) {
  return fail("cannot write " + file.string() + ": " + std::strerror(errno));
}

}  // namespace

Result<NewFile> NewFile::create(const std::filesystem::path& file) {
  const auto temporary = file.parent_path() / ("." + file.filename().string() + "." + random_id());
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor < 0) return failure(temporary);
  return NewFile(file, temporary, descriptor);
}

NewFile::NewFile(NewFile&& other) noexcept
    : file_(std::move(other.file_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)),
      failed_(other.failed_) {}

NewFile::~NewFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(temporary_.c_str());
}

bool NewFile::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty() && !failed_) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    failed_ = written < 0;
    if (!failed_) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
  return !failed_;
}

bool NewFile::write(std::string_view bytes) {
  buffer_ += bytes;
  return buffer_.size() < buffer_bytes || flush();
}

Result<void> NewFile::publish() {
  if (!flush() || fsync(descriptor_) != 0) return failure(file_);
  if (rename(temporary_.c_str(), file_.c_str()) != 0) return failure(file_);
  close(std::exchange(descriptor_, -1));
  const auto dir = file_.has_parent_path() ? file_.parent_path() : std::filesystem::path(".");
  const int folder = open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return failure(dir);
  const bool synced = fsync(folder) == 0;
  close(folder);
  return synced ? Result<void>() : failure(dir);
}

}  // namespace stedi::lakehouse
