#include "lakehouse/store/run_lock.hpp"

#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

#include "core/file/lock_file.hpp"

namespace stedi::lakehouse {

Result<RunLock> RunLock::acquire(const std::filesystem::path& file, std::chrono::milliseconds patience,
                                 std::string_view in_the_way) {
  constexpr std::chrono::milliseconds pause{20};
  const auto descriptor = TRY(open_lock_file(file));
  RunLock lock(descriptor);
  for (auto waited = std::chrono::milliseconds(0); flock(descriptor, LOCK_EX | LOCK_NB) != 0;
       waited += pause) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return fail("cannot lock " + file.string() + ": " + std::strerror(errno));
    }
    if (waited >= patience)
      return fail(file.string() + holder_of_lock(descriptor) + ": " + std::string(in_the_way));
    std::this_thread::sleep_for(pause);
  }
  return lock;
}

RunLock::RunLock(RunLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

RunLock::~RunLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace stedi::lakehouse
