#include "gateway/store_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace stedi::gateway {

namespace {

std::string system_message() {
  return std::generic_category().message(errno);
}

}  // namespace

Result<StoreLock> StoreLock::take(const std::filesystem::path& store_dir) {
  const std::string where = "store " + store_dir.string();
  std::error_code error;
  std::filesystem::create_directories(store_dir, error);
  if (error) return fail(where + ": cannot be created: " + error.message());
  const int file = ::open((store_dir / "gateway.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return fail(where + ": gateway.lock cannot be opened: " + system_message());
  StoreLock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) return fail(where + ": another gateway has it; stop that one first");
  return fail(where + ": gateway.lock cannot be locked: " + system_message());
}

StoreLock::~StoreLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace stedi::gateway
