// From the queue to the disk to the acknowledgement.
//
// Invariant: no acknowledgement before the commit. A batch is acknowledged only after the transaction that
// holds it (or that found it on disk already) was committed with synchronous=FULL. When a group fails, what
// it held is dropped and nothing of it acknowledged: the devices still have it and send it again.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
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

struct GroupLimits {
  std::int64_t max_records = 5'000;  // a group is committed at or above this many, in memory until then
  std::int64_t max_delay_ms = 50;    // or when its first message has waited this long
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
};

// One thread.
class Ingest {
 public:
  Ingest(GroupLimits limits, InboundQueue& queue, landing::Writer& writer, const Clock& clock,
         Metrics& metrics, Readiness& readiness, IngestPorts ports);

  enum class Turn { idle, committed, failed };
  // Waits for a message, then lands, commits and acknowledges one group: until the queue is empty or a limit
  // of the group is reached.
  Turn run_once(std::chrono::milliseconds patience);

  // Turns until the queue is closed and empty, with back-off while the store fails. Fails when the store
  // still fails after the queue was closed.
  Result<void> run();

 private:
  struct Group;
  Result<void> fill(Group& group);
  Result<void> land(const InboundMessage& message, Group& group);
  Result<void> commit();
  void count(const Group& group);
  void acknowledge();
  Turn fail_group(const Group& group, const Error& error);
  bool probe_store();
  void recover();

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
  std::string trouble_;  // why the store failed; empty while it works
};

}  // namespace stedi::gateway
