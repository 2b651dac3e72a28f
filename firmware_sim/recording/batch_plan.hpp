// How a recording is cut into batches, and when each is due.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "firmware_sim/recording/recording.hpp"

namespace stedi::firmware {

// Consecutive records of one stream that travel in one envelope.
struct PlannedBatch {
  std::size_t stream;  // index into Recording::streams
  std::size_t first;   // index of its first record
  std::size_t count;
  std::int64_t due_ms;  // time of its last record on the data's clock; earliest_due for customer records
};

// Before every reading: customer records travel first, so that the people are known when their readings come.
inline constexpr std::int64_t earliest_due = std::numeric_limits<std::int64_t>::min();

// How many records of a stream are sealed already and are not planned again.
using SealedRecords = std::function<std::size_t(const RecordedStream&)>;

// Up to `batch_records` records a batch, within the protocol's limits, in the order in which they are due.
// Within a stream the order of the records is kept. Times after `latest_plausible_ms` (a clock set to 2099)
// are not waited for.
std::vector<PlannedBatch> plan_batches(const Recording& recording, std::size_t batch_records,
                                       std::int64_t latest_plausible_ms, const SealedRecords& sealed);

}  // namespace stedi::firmware
