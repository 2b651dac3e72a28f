#include "firmware_sim/session/session.hpp"

#include <algorithm>
#include <cassert>

#include "core/wire/topic.hpp"

namespace stedi::firmware {

namespace {
// Readings and what people said; gap records speak of readings that are counted already.
std::size_t countable_records(Stream stream, std::size_t records) {
  return stream == Stream::gap ? 0 : records;
}
}  // namespace

Session::Session(SessionLimits limits, const Clock& clock, mqtt::Client& transport, BatchStore& store,
                 std::uint64_t jitter_seed)
    : limits_(limits), clock_(clock), transport_(transport), store_(store), random_(jitter_seed) {}

SessionState Session::state() const {
  if (!connected_) return SessionState::disconnected;
  return gateway_online_ ? SessionState::publishing : SessionState::waiting;
}

void Session::on_ready() {
  connected_ = true;
  make_all_due();
}

// The retained status comes anew with the next connection; until then nobody is known to listen.
void Session::on_lost() {
  connected_ = false;
  gateway_online_ = false;
}

Result<void> Session::on_message(std::string_view topic, std::string_view payload) {
  if (topic == wire::gateway_status_topic) {
    // Announced again while it was online, it is another process: what the old one held in memory is gone.
    gateway_online_ = payload == wire::status_online;
    if (gateway_online_) make_all_due();
    return {};
  }
  const auto device = wire::parse_ack_topic(topic);
  if (!device) return {};
  const auto ack = wire::decode_ack(payload);
  if (!ack) {
    ++counts_.unreadable;
    return {};
  }
  return handle_ack(*device, *ack);
}

Result<void> Session::handle_ack(std::string_view device, const wire::Ack& ack) {
  const std::string owner(device);
  if (ack.boot) {
    for (const auto& [stream, ranges] : ack.acked) {
      const auto found = streams_.find({owner, *ack.boot, stream});
      if (found == streams_.end()) continue;
      for (const wire::SeqRange& range : ranges) take_acknowledged(found, range);
      retire_if_done(found);
    }
  }
  for (const wire::RefusedBatch& refused : ack.refused) TRY(take_refused(owner, ack, refused));
  return {};
}

void Session::take_acknowledged(Streams::iterator stream, const wire::SeqRange& range) {
  auto& batches = stream->second.batches;
  const auto by_seq = [](const Waiting& batch, std::int64_t seq) { return batch.seq < seq; };
  const auto first = std::lower_bound(batches.begin(), batches.end(), range.from, by_seq);
  const auto index = static_cast<std::size_t>(first - batches.begin());
  const std::size_t before = batches.size();
  while (index < batches.size() && batches[index].seq <= range.to) {
    acknowledged_.push_back(batches[index].id);
    ++counts_.acknowledged_batches;
    counts_.acknowledged_records +=
        countable_records(std::get<Stream>(stream->first), batches[index].records);
    forget(stream, index);
  }
  if (index == 0 && batches.size() < before) start_patience_anew(stream->second);
}

Result<void> Session::take_refused(const std::string& device, const wire::Ack& ack,
                                   const wire::RefusedBatch& refused) {
  counts_.refusal = refused.reason;
  const auto found =
      ack.boot && refused.stream ? streams_.find({device, *ack.boot, *refused.stream}) : streams_.end();
  const auto is_it = [&](const Waiting& batch) { return refused.seq && batch.seq == *refused.seq; };
  if (found != streams_.end()) {
    auto& batches = found->second.batches;
    const auto batch = std::find_if(batches.begin(), batches.end(), is_it);
    if (batch != batches.end()) {
      const BatchId id = batch->id;
      forget(found, static_cast<std::size_t>(batch - batches.begin()));
      start_patience_anew(found->second);
      retire_if_done(found);
      ++counts_.refused;
      return store_.set_apart(id, refused.reason);
    }
  }
  ++counts_.unmatched;
  return {};
}

void Session::forget(Streams::iterator stream, std::size_t index) {
  StreamState& state = stream->second;
  const Waiting batch = state.batches[index];
  if (index < state.in_flight) {
    --state.in_flight;
    --in_flight_batches_;
    in_flight_bytes_ -= batch.bytes;
  } else {
    unsent_.erase(order_of(stream->first, batch.id));
  }
  state.batches.erase(state.batches.begin() + static_cast<std::ptrdiff_t>(index));
  --outstanding_;
  outstanding_records_ -= countable_records(std::get<Stream>(stream->first), batch.records);
}

// Only progress at a stream's head counts: acks of later batches must not put off a lost first one for ever.
void Session::start_patience_anew(StreamState& stream) {
  stream.attempts = 0;
  arm(stream);
}

void Session::retire_if_done(Streams::iterator stream) {
  if (stream->second.in_flight == 0) active_.erase(stream->first);
  if (stream->second.batches.empty()) streams_.erase(stream);
}

void Session::arm(StreamState& stream) {
  ++stream.attempts;
  stream.deadline_ms = clock_.monotonic_ms() + backoff_ms(limits_.retry, stream.attempts, random_.fraction());
}

void Session::make_all_due() {
  blocked_until_ms_.reset();
  for (auto& [name, stream] : active_) {
    stream->attempts = 0;
    stream->deadline_ms = clock_.monotonic_ms();
  }
}

void Session::offer(const SealedBatch& batch) {
  const auto stream = streams_.try_emplace({batch.device, batch.boot, batch.stream}).first;
  stream->second.batches.push_back({batch.id, batch.seq, batch.records, batch.bytes});
  unsent_.emplace(order_of(stream->first, batch.id), stream);
  ++outstanding_;
  outstanding_records_ += countable_records(batch.stream, batch.records);
}

void Session::drop(const SealedBatch& batch) {
  const auto stream = streams_.find({batch.device, batch.boot, batch.stream});
  if (stream == streams_.end()) return;
  auto& batches = stream->second.batches;
  const auto found = std::find_if(batches.begin(), batches.end(),
                                  [&](const Waiting& waiting) { return waiting.id == batch.id; });
  if (found == batches.end()) return;
  forget(stream, static_cast<std::size_t>(found - batches.begin()));
  retire_if_done(stream);
}

Result<void> Session::settle() {
  TRY(store_.remove(acknowledged_));
  acknowledged_.clear();
  return {};
}

Result<void> Session::tick() {
  TRY(settle());
  if (state() != SessionState::publishing) return {};
  if (blocked_until_ms_ && clock_.monotonic_ms() < *blocked_until_ms_) return {};
  blocked_until_ms_.reset();
  TRY(publish_again());
  return publish_new();
}

// All that a stream has in flight goes again, in order: what is missing at the gateway may be its first.
Result<void> Session::publish_again() {
  for (auto& [name, stream] : active_) {
    if (stream->deadline_ms > clock_.monotonic_ms()) continue;
    for (std::size_t i = 0; i < stream->in_flight; ++i) {
      const auto sent = TRY(publish(name, stream->batches[i], Attempt::again));
      if (!sent) return {};
    }
    arm(*stream);
  }
  return {};
}

Result<void> Session::publish_new() {
  while (!unsent_.empty() && !blocked_until_ms_) {
    const auto found = unsent_.begin()->second;
    StreamState& stream = found->second;
    const Waiting& next = stream.batches[stream.in_flight];
    assert(next.id == unsent_.begin()->first.second);
    if (!may_publish_now(found->first, stream)) return {};
    const auto sent = TRY(publish(found->first, next, Attempt::first));
    if (!sent) return {};
    if (stream.in_flight == 0) {
      stream.attempts = 0;
      arm(stream);
      active_.emplace(found->first, &stream);
    }
    ++stream.in_flight;
    ++in_flight_batches_;
    in_flight_bytes_ += next.bytes;
    unsent_.erase(unsent_.begin());
  }
  return {};
}

bool Session::may_publish_now(const StreamName& name, const StreamState& stream) const {
  const bool is_first_gap = std::get<Stream>(name) == Stream::gap && stream.in_flight == 0;
  return is_first_gap || window_has_room(stream.batches[stream.in_flight].bytes);
}

bool Session::window_has_room(std::size_t bytes) const {
  if (in_flight_batches_ == 0) return true;
  return in_flight_batches_ < limits_.window_batches && in_flight_bytes_ + bytes <= limits_.window_bytes;
}

Result<bool> Session::publish(const StreamName& name, const Waiting& batch, Attempt attempt) {
  const auto payload = TRY(store_.payload(batch.id));
  const auto& [device, boot, stream] = name;
  if (!transport_.publish(wire::up_topic(device, stream), payload, false)) {
    blocked_until_ms_ = clock_.monotonic_ms() + limits_.publish_retry_ms;
    return false;
  }
  ++counts_.published;
  if (attempt == Attempt::again) ++counts_.retries;
  return true;
}

std::optional<std::int64_t> Session::next_tick_ms() const {
  if (!acknowledged_.empty()) return clock_.monotonic_ms();
  if (state() != SessionState::publishing) return std::nullopt;
  if (blocked_until_ms_) return blocked_until_ms_;
  std::optional<std::int64_t> next_ms;
  for (const auto& [name, stream] : active_) {
    next_ms = std::min(next_ms.value_or(stream->deadline_ms), stream->deadline_ms);
  }
  return next_ms;
}

}  // namespace stedi::firmware
