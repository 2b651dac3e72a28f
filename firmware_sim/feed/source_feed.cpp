#include "firmware_sim/feed/source_feed.hpp"

#include <algorithm>

#include "core/record/limits.hpp"
#include "firmware_sim/feed/batch_plan.hpp"
#include "firmware_sim/feed/embedding.hpp"
#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

SourceFeed::SourceFeed(FeedSources sources, BatchCut cut) : sources_(std::move(sources)), cut_(cut) {}

void SourceFeed::resume(const SealedRecords& sealed, std::int64_t) {
  heads_.clear();
  heads_.resize(sources_.streams.size());
  due_.clear();
  due_.reserve(heads_.size());
  for (std::uint32_t stream = 0; stream < heads_.size(); ++stream) {
    Head& head = heads_[stream];
    head.source = sources_.open(stream);
    const std::size_t skipped = sealed(sources_.streams[stream]);
    for (std::size_t i = 0; i <= skipped && head.source; ++i) advance(head);
    schedule(stream);
  }
}

void SourceFeed::advance(Head& head) {
  if (!head.source->next(head.next)) {
    head = {};
  } else if (head.next.is_damaged) {  // a sound one is an object: looking at each would cost a fleet
    head.next.json = embedded_text(head.next.json);
  }
}

void SourceFeed::schedule(std::uint32_t stream) {
  const Head& head = heads_[stream];
  if (!head.source) return;
  if (head.next.due_ms < sources_.start_ms) {
    due_.push_back({sources_.start_ms, stream});
  } else {
    due_.push_back({end_of_period(sources_.streams[stream].device, head.next.due_ms), stream});
  }
  std::push_heap(due_.begin(), due_.end());
}

// The first instant after `at_ms` at which the device closes a batch.
std::int64_t SourceFeed::end_of_period(std::size_t device, std::int64_t at_ms) const {
  const auto period_ms = static_cast<std::uint64_t>(cut_.batch_ms);
  const auto phase_ms = static_cast<std::int64_t>(scatter_bits(device) % period_ms);
  std::int64_t into_ms = (at_ms - phase_ms) % cut_.batch_ms;
  if (into_ms < 0) into_ms += cut_.batch_ms;
  return at_ms - into_ms + cut_.batch_ms;
}

std::optional<std::int64_t> SourceFeed::next_due_ms() const {
  if (due_.empty()) return std::nullopt;
  return due_.front().due_ms;
}

void SourceFeed::take(FedBatch& batch) {
  const Due due = due_.front();
  std::pop_heap(due_.begin(), due_.end());
  due_.pop_back();
  Head& head = heads_[due.stream];
  batch.clear();
  batch.stream = due.stream;
  batch.due_ms = due.due_ms;
  batch.first_at_ms = head.next.due_ms;
  std::size_t bytes = envelope_bytes;
  while (head.source && head.next.due_ms < due.due_ms && batch.count < cut_.batch_records) {
    bytes += head.next.json.size() + 1;
    if (bytes > limits::max_message_bytes && batch.count > 0) break;
    if (!batch.times.first_ms) batch.times.first_ms = head.next.time_ms;
    batch.times.last_ms = head.next.time_ms;
    batch.last_at_ms = head.next.due_ms;
    if (head.next.is_damaged) batch.damaged.push_back({batch.count, head.next.due_ms});
    batch.add().swap(head.next.json);
    advance(head);
  }
  schedule(due.stream);
}

}  // namespace stedi::firmware
