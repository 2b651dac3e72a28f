// How a recording is cut into batches, and when each is due.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/record/limits.hpp"
#include "firmware_sim/feed/feed.hpp"
#include "firmware_sim/feed/recording.hpp"

namespace stedi::firmware {

// Consecutive records of one stream that travel in one envelope.
struct PlannedBatch {
  std::size_t stream;  // index into Recording::streams
  std::size_t first;   // index of its first record
  std::size_t count;
  std::int64_t due_ms;  // time of its last record on the data's clock; earliest_due for customer records
};

// What an envelope adds to its records: braces, names, a boot id at its limit and the largest seq.
inline constexpr std::size_t envelope_bytes = 64 + limits::max_boot_id_bytes + 20;

// How many records of a recorded stream are sealed already and are not planned again.
using SealedOfStream = std::function<std::size_t(const RecordedStream&)>;

// Up to `batch_records` records a batch, within the protocol's limits, in the order in which they are due.
// Within a stream the order of the records is kept. Times after `latest_plausible_ms` (a clock set to 2099)
// are not waited for.
std::vector<PlannedBatch> plan_batches(const Recording& recording, std::size_t batch_records,
                                       std::int64_t latest_plausible_ms, const SealedOfStream& sealed);

}  // namespace stedi::firmware
