// From the queue to the disk to the acknowledgement.
//
// Invariant: no acknowledgement before the commit. A batch is acknowledged only after the transaction that
// holds it (or that found it on disk already) was committed with synchronous=FULL. When a group fails, what
// it held is dropped and nothing of it acknowledged: the devices still have it and send it again.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/backoff.hpp"
#include "core/clock.hpp"
#include "core/wire/envelope.hpp"
#include "gateway/ack_book.hpp"
#include "gateway/inbound_queue.hpp"
#include "gateway/metrics.hpp"
#include "gateway/readiness.hpp"
#include "lakehouse/landing/writer.hpp"

namespace stedi::gateway {

// While messages come one by one, each is committed at once. Once they come faster than the disk takes them,
// a group waits for company as long as it keeps coming: fewer fsyncs, and a fraction of the bytes written.
struct GroupLimits {
  std::int64_t max_records = 20'000;   // a group is committed at or above this many, in memory until then
  std::int64_t max_bytes = 2'097'152;  // or at or above this many bytes of messages
  std::int64_t max_delay_ms = 200;     // nothing joins a group that is older than this
  std::chrono::milliseconds quiet{5};  // nor one for which nothing has come for this long
  std::chrono::milliseconds retry_min{100};  // after a failure of the store
  std::chrono::milliseconds retry_max{5'000};

  bool operator==(const GroupLimits&) const = default;
};

// What ingest needs of the world around it.
struct IngestPorts {
  // Hands one message to the broker; false when it cannot be.
  std::function<bool(std::string_view topic, std::string_view payload)> publish;
  // The store failed, or works again; Readiness says which.
  std::function<void()> on_store_changed;
  // Between two groups, on this thread: the writer is free. Its failure is one of the store.
  std::function<Result<void>()> between_groups = [] { return Result<void>(); };
};

// Messages, or records in them, for which a group waits no longer: a commit writes some 24 KB beside what it
// holds, which so many make a small part of what each of them costs. What is there already may be more.
inline constexpr std::size_t enough_messages = 1'000;
inline constexpr std::int64_t enough_records = 5'000;
// Refused records of what people say are told to the log this often at most, and none is left out of its
// count.
inline constexpr std::int64_t refusals_said_every_ms = 1'000;

// One thread.
class Ingest {
 public:
  Ingest(GroupLimits limits, InboundQueue& queue, landing::Writer& writer, const Clock& clock,
         Metrics& metrics, Readiness& readiness, IngestPorts ports);

  enum class Turn { idle, committed, failed };
  // Waits for a message, and for those that follow it closely, both at most `patience`; then lands, commits
  // and acknowledges one group: until the queue is empty or a limit of the group is reached. Without a
  // message it asks a store that has failed whether it works again, and any other whether it is still there.
  Turn run_once(std::chrono::milliseconds patience);

  // Turns until the queue is closed and empty, with back-off while the store fails. Fails when the store
  // still fails after the queue was closed. A damaged store is not tried again.
  Result<void> run();

 private:
  struct Group;
  void gather(std::chrono::milliseconds patience);
  Result<void> fill(Group& group);
  std::size_t enough_like(const Group& group) const;
  Result<void> land(const InboundMessage& message, Group& group);
  void count_outcome(const InboundMessage& message, const wire::Payload& payload,
                     const landing::LandResult& outcome, Group& group);
  Result<void> commit();
  void finish(const Group& group);
  void count(const Group& group);
  void acknowledge(const Group& group);
  void note_refused_statements(const Group& group);
  void say_refused_statements();
  Turn isolate(const Group& group);
  Result<void> land_alone(const InboundMessage& message, Group& alone);
  Result<void> quarantine_alone(const InboundMessage& message, Group& alone);
  Turn fail_group(std::size_t messages, const Error& error);
  void probe_store();
  void recover();
  Result<void> stop_at_damage();
  Result<void> save_watermarks();

  const GroupLimits limits_;
  InboundQueue& queue_;
  landing::Writer& writer_;
  const Clock& clock_;
  Metrics& metrics_;
  Readiness& readiness_;
  const IngestPorts ports_;
  wire::PayloadDecoder decoder_;
  AckBook acks_;
  Backoff backoff_;
  std::array<std::uint64_t, all_streams.size()> unsaid_refusals_{};  // of what people say
  std::optional<std::int64_t> refusals_said_ms_;
  std::string trouble_;                   // why the store failed; empty while it works
  bool is_damaged_ = false;               // then nothing is tried any more
  bool is_flowing_ = false;               // messages came while the last group was being landed
  std::size_t enough_ = enough_messages;  // of messages as large as those of the last group
};

}  // namespace stedi::gateway
