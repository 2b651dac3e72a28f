#include "core/file/new_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/digest/digest.hpp"
#include "core/file/durable.hpp"

namespace stedi {

namespace {

constexpr std::size_t buffer_bytes = 1 << 16;

Failure failure(const std::filesystem::path& file) {
  return fail("cannot write " + file.string() + ": " + std::strerror(errno));
}

}  // namespace

Result<NewFile> NewFile::create(const std::filesystem::path& file, Readers readers) {
  const auto temporary = file.parent_path() / ("." + file.filename().string() + "." + random_id());
  const mode_t mode = readers == Readers::owner ? 0600 : 0644;
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
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
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

bool NewFile::flush() {
  if (!failed_) failed_ = !write_all(descriptor_, buffer_);
  buffer_.clear();
  return !failed_;
}

bool NewFile::write(std::string_view bytes) {
  buffer_ += bytes;
  return buffer_.size() < buffer_bytes || flush();
}

// A link, unlike a rename, never replaces what has the name already.
bool NewFile::give_name(Existing existing) {
  if (existing == Existing::replace) return ::rename(temporary_.c_str(), file_.c_str()) == 0;
  if (::link(temporary_.c_str(), file_.c_str()) != 0 && errno != EEXIST) return false;
  return ::unlink(temporary_.c_str()) == 0;
}

Result<void> NewFile::publish(Existing existing) {
  if (!flush() || ::fsync(descriptor_) != 0 || !give_name(existing)) return failure(file_);
  ::close(std::exchange(descriptor_, -1));
  return sync_folder(file_.parent_path());
}

}  // namespace stedi
