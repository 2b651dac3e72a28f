// How much a spool holds, and what it does when it may hold no more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "core/clock.hpp"

namespace stedi::firmware {

// What gives way when the spool is full. Only readings ever do: gap records, and what people said (customer,
// consent and pairing records), are kept whatever happens. Where something may give way, readings that a
// gateway has refused do first: they never land as they are.
enum class OverflowPolicy {
  wait,         // nothing: sealing waits for acks
  drop_oldest,  // the oldest readings
  drop_newest,  // the readings that come
};

inline constexpr std::size_t max_spool_bytes = std::size_t{64} * 1024 * 1024;  // unless told otherwise
inline constexpr std::size_t min_spool_bytes = std::size_t{64} * 1024;         // that a person may ask for
inline constexpr std::int64_t max_spool_age_ms = 10 * 366 * day_ms;
// What a loss that is not told yet counts as.
inline constexpr std::size_t pending_gap_bytes = 96;
// Gap records in one batch: at their longest they fit a message.
inline constexpr std::size_t max_gap_records = 500;

struct SpoolOptions {
  // Of payloads, refused ones too, and pending gaps; exceeded by one batch at most.
  std::size_t most_bytes = max_spool_bytes;
  std::optional<std::int64_t> most_age_ms;  // older readings are dropped, whatever the policy
  OverflowPolicy overflow = OverflowPolicy::wait;
  std::filesystem::path accepted_log;  // empty: none
  // SQLite's page cache. A device needs no more; of a fleet every batch touches pages of its own, and what
  // does not fit is written before the commit, and again.
  std::size_t cache_kib = 512;
};

}  // namespace stedi::firmware
