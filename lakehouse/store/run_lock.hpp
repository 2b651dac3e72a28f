// One `run` of a profile at a time: an advisory lock on STORE/zones-<profile>.lock, freed by the operating
// system when its holder ends, however it ends.
#pragma once

#include <chrono>
#include <filesystem>
#include <string_view>

#include "core/result.hpp"

namespace stedi::lakehouse {

class RunLock {
 public:
  static constexpr std::chrono::seconds default_patience{60};

  // Waits up to `patience` for another holder; `in_the_way` says who that is and what to do.
  static Result<RunLock> acquire(
      const std::filesystem::path& file, std::chrono::milliseconds patience = default_patience,
      std::string_view in_the_way = "another run holds it; try again when it is done");
  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&&) = delete;
  ~RunLock();

 private:
  explicit RunLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace stedi::lakehouse
