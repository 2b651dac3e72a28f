#include "lakehouse/zones/run_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

namespace stedi::lakehouse {

Result<RunLock> RunLock::acquire(const std::filesystem::path& file, std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds pause{20};
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0)
    return fail("cannot open " + file.string() + ": " + std::strerror(errno) +
                "; it must be writable by this account");
  RunLock lock(descriptor);
  for (auto waited = std::chrono::milliseconds(0); flock(descriptor, LOCK_EX | LOCK_NB) != 0;
       waited += pause) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return fail("cannot lock " + file.string() + ": " + std::strerror(errno));
    }
    if (waited >= patience) return fail(file.string() + ": another run holds it; try again when it is done");
    std::this_thread::sleep_for(pause);
  }
  return lock;
}

RunLock::RunLock(RunLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

RunLock::~RunLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace stedi::lakehouse
