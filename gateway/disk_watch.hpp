// Stops taking readings in while there is still room for those that were taken in: a disk that is full to the
// last block breaks more than us.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "gateway/readiness.hpp"

namespace stedi::gateway {

struct DiskLimits {
  std::int64_t warn_free_bytes = 536'870'912;  // below it the log says so
  std::int64_t min_free_bytes = 67'108'864;    // below it nothing is taken in; 0: never

  bool operator==(const DiskLimits&) const = default;
};

// Bytes free where a store is; nullopt when it cannot be known.
using FreeSpace = std::function<std::optional<std::int64_t>()>;
FreeSpace free_space_of(std::filesystem::path folder);

// check() by one thread, the rest by any.
class DiskWatch {
 public:
  // `on_changed` runs when taking in stops or begins again; Readiness says which.
  DiskWatch(DiskLimits limits, FreeSpace free_space, Readiness& readiness, std::function<void()> on_changed);

  void check();
  // What arrives is to be shed.
  bool is_shedding() const { return shedding_; }
  bool is_low() const { return low_; }
  std::optional<std::int64_t> free_bytes() const;  // as the last check() found it

 private:
  void warn(std::int64_t free_bytes);
  void shed(std::int64_t free_bytes);
  void resume();

  const DiskLimits limits_;
  const FreeSpace free_space_;
  Readiness& readiness_;
  const std::function<void()> on_changed_;
  std::atomic<std::int64_t> free_bytes_{-1};  // -1: not known
  std::atomic<bool> low_ = false;
  std::atomic<bool> shedding_ = false;
};

}  // namespace stedi::gateway
