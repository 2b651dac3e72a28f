#include "firmware_sim/feed/batch_plan.hpp"

#include <algorithm>

#include "core/record/limits.hpp"

namespace stedi::firmware {

namespace {

std::size_t records_that_fit(const RecordedStream& stream, std::size_t first, std::size_t batch_records) {
  const std::size_t most = std::min(batch_records, stream.records.size() - first);
  std::size_t bytes = envelope_bytes;
  for (std::size_t count = 0; count < most; ++count) {
    bytes += stream.records[first + count].json.size() + 1;
    if (bytes > limits::max_message_bytes && count > 0) return count;
  }
  return most;
}

}  // namespace

std::vector<PlannedBatch> plan_batches(const Recording& recording, std::size_t batch_records,
                                       std::int64_t latest_plausible_ms, const SealedOfStream& sealed) {
  std::vector<PlannedBatch> plan;
  for (std::size_t index = 0; index < recording.streams.size(); ++index) {
    const RecordedStream& stream = recording.streams[index];
    std::int64_t due_ms = earliest_due;
    for (std::size_t first = sealed(stream); first < stream.records.size(); first += plan.back().count) {
      const std::size_t count = records_that_fit(stream, first, batch_records);
      for (std::size_t i = first; i < first + count; ++i) {
        const std::int64_t time_ms = stream.records[i].time_ms;
        if (stream.stream != Stream::customer && time_ms <= latest_plausible_ms)
          due_ms = std::max(due_ms, time_ms);
      }
      plan.push_back({index, first, count, due_ms});
    }
  }
  std::stable_sort(plan.begin(), plan.end(), [](const PlannedBatch& one, const PlannedBatch& other) {
    return one.due_ms < other.due_ms;
  });
  return plan;
}

}  // namespace stedi::firmware
