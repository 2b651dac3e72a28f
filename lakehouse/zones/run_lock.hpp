// One `run` of a profile at a time: an advisory lock on STORE/zones-<profile>.lock, freed by the operating
// system when its holder ends, however it ends.
#pragma once

#include <chrono>
#include <filesystem>

#include "core/result.hpp"

namespace stedi::lakehouse {

class RunLock {
 public:
  static constexpr std::chrono::seconds default_patience{60};

  // Waits up to `patience` for another holder.
  static Result<RunLock> acquire(const std::filesystem::path& file,
                                 std::chrono::milliseconds patience = default_patience);
  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&&) = delete;
  ~RunLock();

 private:
  explicit RunLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace stedi::lakehouse
