#include "gateway/disk_watch.hpp"

#include <spdlog/spdlog.h>

#include <string>

namespace stedi::gateway {

namespace {

std::string in_mib(std::int64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

// Room that must come back before it begins again, so that it does not stop and begin with every batch.
std::int64_t enough_again(std::int64_t limit) {
  return limit + limit / 8;
}

}  // namespace

FreeSpace free_space_of(std::filesystem::path folder) {
  return [folder = std::move(folder)]() -> std::optional<std::int64_t> {
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    if (error) return std::nullopt;
    return static_cast<std::int64_t>(space.available);
  };
}

DiskWatch::DiskWatch(DiskLimits limits, FreeSpace free_space, Readiness& readiness,
                     std::function<void()> on_changed)
    : limits_(limits),
      free_space_(std::move(free_space)),
      readiness_(readiness),
      on_changed_(std::move(on_changed)) {}

void DiskWatch::check() {
  const auto free_bytes = free_space_();
  free_bytes_ = free_bytes.value_or(-1);
  if (!free_bytes) return;
  warn(*free_bytes);
  if (!shedding_ && *free_bytes < limits_.min_free_bytes) shed(*free_bytes);
  if (shedding_ && *free_bytes >= enough_again(limits_.min_free_bytes)) resume();
}

void DiskWatch::warn(std::int64_t free_bytes) {
  const bool is_low =
      low_ ? free_bytes < enough_again(limits_.warn_free_bytes) : free_bytes < limits_.warn_free_bytes;
  if (is_low && !low_)
    spdlog::warn("disk: {} free; below {} the gateway stops receiving: free some space", in_mib(free_bytes),
                 in_mib(limits_.min_free_bytes));
  low_ = is_low;
}

void DiskWatch::shed(std::int64_t free_bytes) {
  const std::string why =
      "disk: " + in_mib(free_bytes) + " free, less than " + in_mib(limits_.min_free_bytes);
  spdlog::error("{}; receiving stopped until there is space again: free some space", why);
  shedding_ = true;
  readiness_.set_disk(why);
  on_changed_();
}

void DiskWatch::resume() {
  spdlog::info("disk: enough space again; receiving resumed");
  shedding_ = false;
  readiness_.set_disk(std::nullopt);
  on_changed_();
}

std::optional<std::int64_t> DiskWatch::free_bytes() const {
  const std::int64_t bytes = free_bytes_;
  return bytes < 0 ? std::nullopt : std::optional(bytes);
}

}  // namespace stedi::gateway
