#include "firmware_sim/spool/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/file/durable.hpp"

namespace stedi::firmware {

Result<void> make_private_folder(const std::filesystem::path& folder) {
  return make_durable_folder(folder, S_IRWXU);
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  TRY(make_private_folder(folder));
  const std::filesystem::path file = folder / "spool.lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return fail("cannot write " + file.string() + ": " + std::strerror(errno));
  FolderLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return usage_error("the spool " + folder.string() +
                       " is in use by another process: wait for it or give another --spool");
  }
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace stedi::firmware
