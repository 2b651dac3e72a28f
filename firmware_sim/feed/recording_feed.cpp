#include "firmware_sim/feed/recording_feed.hpp"

#include "core/record/limits.hpp"

namespace stedi::firmware {

RecordingFeed::RecordingFeed(const Recording& recording, std::size_t batch_records)
    : recording_(recording), batch_records_(batch_records) {
  for (const RecordedStream& stream : recording.streams) streams_.push_back({stream.device, stream.stream});
}

void RecordingFeed::resume(const SealedRecords& sealed, std::int64_t wall_ms) {
  plan_ = plan_batches(recording_, batch_records_, wall_ms + limits::max_ahead_of_receipt_ms,
                       [&](const RecordedStream& stream) {
                         return sealed({stream.device, stream.stream});
                       });
  next_ = 0;
}

std::optional<std::int64_t> RecordingFeed::next_due_ms() const {
  if (next_ == plan_.size()) return std::nullopt;
  return plan_[next_].due_ms;
}

void RecordingFeed::take(FedBatch& batch) {
  const PlannedBatch& planned = plan_[next_++];
  const RecordedStream& stream = recording_.streams[planned.stream];
  batch.clear();
  batch.stream = planned.stream;
  batch.due_ms = planned.due_ms;
  batch.first_at_ms = batch.last_at_ms = planned.due_ms;
  for (std::size_t i = planned.first; i < planned.first + planned.count; ++i) {
    const RecordedRecord& record = stream.records[i];
    batch.add().assign(record.json);
    if (record.time_ms == untimed) continue;
    if (!batch.times.first_ms) batch.times.first_ms = record.time_ms;
    batch.times.last_ms = record.time_ms;
  }
}

}  // namespace stedi::firmware
