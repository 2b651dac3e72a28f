// The device's side of the wire protocol as a state machine: no network, no threads, no clock of its own.
//
//   disconnected ──ready──→ waiting ──gateway online──→ publishing
//        ↑                     ↑─────gateway offline───────┘ │
//        └───────────────────── lost ────────────────────────┘
//
// Acks are subscribed before anything is published (mqtt::Client reports ready only then), and nothing is
// published while nobody listens. Every sealed batch offered is published, in order within its (device, boot,
// stream), and published again until an ack names it: only then is it deleted. What is published and not
// acknowledged never exceeds the window, across reconnects too, but for one gap batch a stream: a gateway may
// withhold all that is in the window until it knows what will never come. Belongs to one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/backoff.hpp"
#include "core/clock.hpp"
#include "core/mqtt/client.hpp"
#include "core/wire/ack.hpp"
#include "firmware_sim/random/counter_random.hpp"
#include "firmware_sim/spool/batch_store.hpp"

namespace stedi::firmware {

// How long an acknowledgement is waited for before the stream's batches are sent again.
inline constexpr BackoffLimits default_ack_retry{2'000, 30'000, 0.75, 1.25};

struct SessionLimits {
  std::size_t window_batches = 256;  // published and not acknowledged
  std::size_t window_bytes = std::size_t{8} * 1024 * 1024;
  BackoffLimits retry = default_ack_retry;
  std::int64_t publish_retry_ms = 20;  // after the transport's buffer was full
};

struct SessionCounts {
  std::size_t acknowledged_batches = 0;
  std::size_t acknowledged_records = 0;  // gap records aside
  std::size_t published = 0;             // every time
  std::size_t retries = 0;               // of these, not for the first time
  std::size_t refused = 0;               // batches set apart
  std::size_t unreadable = 0;            // acks that are none
  std::size_t unmatched = 0;             // refusals that name no batch of ours
  std::string refusal;                   // reason of the latest one
};

enum class SessionState {
  disconnected,  // no connection, or its subscriptions are not confirmed yet
  waiting,       // connected, acks subscribed; no gateway is known to listen
  publishing,    // a gateway listens: what is due goes out
};

class Session {
 public:
  Session(SessionLimits limits, const Clock& clock, mqtt::Client& transport, BatchStore& store,
          std::uint64_t jitter_seed);

  // What the transport reports.
  void on_ready();
  void on_lost();
  // An ack of one of the devices, or the gateway's status; other topics are ignored.
  Result<void> on_message(std::string_view topic, std::string_view payload);

  // A batch that is sealed on disk; ids ascend from offer to offer, and within a stream so does seq.
  void offer(const SealedBatch& batch);
  // The spool had to drop it: it is not published any more. A batch that is not known changes nothing.
  void drop(const SealedBatch& batch);

  // Deletes what is acknowledged. Fails when the store does.
  Result<void> settle();
  // Settles, then publishes what is due. Fails when the store does.
  Result<void> tick();

  // When tick() has something to do without an event, on the monotonic clock; nullopt: nothing.
  std::optional<std::int64_t> next_tick_ms() const;

  // Every batch offered is acknowledged and deleted, or set apart.
  bool idle() const { return outstanding_ == 0 && acknowledged_.empty(); }
  std::size_t outstanding() const { return outstanding_; }                  // offered, not yet acknowledged
  std::size_t outstanding_records() const { return outstanding_records_; }  // gap records aside
  SessionState state() const;
  const SessionCounts& counts() const { return counts_; }

 private:
  struct Waiting {
    BatchId id;
    std::int64_t seq;
    std::size_t records;
    std::size_t bytes;
  };
  // (device, boot, stream)
  using StreamName = std::tuple<std::string, std::string, Stream>;
  struct StreamState {
    std::deque<Waiting> batches;  // by seq; the first in_flight of them are published
    std::size_t in_flight = 0;
    int attempts = 0;
    std::int64_t deadline_ms = 0;  // when in_flight > 0: publish these again
  };
  using Streams = std::map<StreamName, StreamState>;
  // Gap batches first, then in the order of offering.
  using SendingOrder = std::pair<bool, BatchId>;
  static SendingOrder order_of(const StreamName& name, BatchId id) {
    return {std::get<Stream>(name) != Stream::gap, id};
  }
  enum class Attempt { first, again };

  Result<void> handle_ack(std::string_view device, const wire::Ack& ack);
  void take_acknowledged(Streams::iterator stream, const wire::SeqRange& range);
  Result<void> take_refused(const std::string& device, const wire::Ack& ack,
                            const wire::RefusedBatch& refused);
  void forget(Streams::iterator stream, std::size_t index);
  void start_patience_anew(StreamState& stream);
  void retire_if_done(Streams::iterator stream);
  void make_all_due();
  Result<void> publish_again();
  Result<void> publish_new();
  // False when the transport's buffer is full.
  Result<bool> publish(const StreamName& name, const Waiting& batch, Attempt attempt);
  bool window_has_room(std::size_t bytes) const;
  bool may_publish_now(const StreamName& name, const StreamState& stream) const;
  void arm(StreamState& stream);

  SessionLimits limits_;
  const Clock& clock_;
  mqtt::Client& transport_;
  BatchStore& store_;
  CounterRandom random_;
  bool connected_ = false;
  bool gateway_online_ = false;
  Streams streams_;
  std::map<StreamName, StreamState*> active_;  // the streams with something in flight
  std::map<SendingOrder, Streams::iterator> unsent_;
  std::vector<BatchId> acknowledged_;  // to be deleted in the next tick
  std::size_t outstanding_ = 0;
  std::size_t outstanding_records_ = 0;
  std::size_t in_flight_batches_ = 0;
  std::size_t in_flight_bytes_ = 0;
  std::optional<std::int64_t> blocked_until_ms_;
  SessionCounts counts_;
};

}  // namespace stedi::firmware
