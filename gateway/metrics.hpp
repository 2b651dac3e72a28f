// Counters of the gateway and their Prometheus text. No label holds anything of a person or of a device.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/record/reason.hpp"
#include "core/record/records.hpp"
#include "core/wire/topic.hpp"
#include "gateway/readiness.hpp"

namespace stedi::gateway {

using Counter = std::atomic<std::uint64_t>;

// One counter a stream.
class StreamCounters {
 public:
  Counter& operator[](Stream stream) { return counters_[static_cast<std::size_t>(stream)]; }
  const Counter& operator[](Stream stream) const { return counters_[static_cast<std::size_t>(stream)]; }

 private:
  std::array<Counter, all_streams.size()> counters_{};
};

// Whole numbers in fixed buckets, by their upper bounds. One thread observes, any reads.
template <const auto& Bounds>
class Histogram {
 public:
  static constexpr const auto& bounds = Bounds;

  void observe(std::uint64_t value) {
    const auto bucket =
        static_cast<std::size_t>(std::lower_bound(Bounds.begin(), Bounds.end(), value) - Bounds.begin());
    if (bucket < Bounds.size()) ++buckets_[bucket];
    ++count_;
    sum_ += value;
  }
  // Observations at or below bounds[bucket].
  std::uint64_t at_most(std::size_t bucket) const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i <= bucket; ++i) sum += buckets_[i];
    return sum;
  }
  std::uint64_t count() const { return count_; }
  std::uint64_t sum() const { return sum_; }

 private:
  std::array<Counter, Bounds.size()> buckets_{};
  Counter count_ = 0;
  Counter sum_ = 0;
};

// Microseconds; an SSD commits in the first ones, a tired SD card in the last.
inline constexpr std::array<std::uint64_t, 12> duration_bounds_us = {
    250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000, 5'000'000};
inline constexpr std::array<std::uint64_t, 10> group_bounds_records = {1,   2,   5,     10,    50,
                                                                       100, 500, 1'000, 5'000, 10'000};
using DurationHistogram = Histogram<duration_bounds_us>;  // in microseconds
using GroupHistogram = Histogram<group_bounds_records>;

// Any thread counts, any reads.
struct Metrics {
  StreamCounters messages;                                 // taken in
  StreamCounters landed;                                   // records on disk
  StreamCounters quarantined;                              // records on disk, in quarantine
  std::array<Counter, reason_count> quarantine_reasons{};  // the same, by Reason
  StreamCounters refused_statements;                       // of them, what people say
  Counter duplicates = 0;                                  // batches that had landed before
  Counter conflicts = 0;                                   // of these, with another content
  Counter withheld = 0;          // batches too far above a gap, neither landed nor acknowledged
  Counter refused = 0;           // envelopes that cannot be used
  Counter retained = 0;          // messages without a name that the broker had retained, dropped
  Counter shed = 0;              // messages dropped because the queue or the disk was full, or stopping
  Counter irregular_topics = 0;  // messages dropped because of their topic
  Counter dropped = 0;           // messages of groups that could not be committed
  Counter commits = 0;
  Counter store_failures = 0;
  DurationHistogram commit_duration;
  GroupHistogram group_records;
  DurationHistogram ack_latency;  // of each batch, from its arrival until its ack was handed to the broker
  Counter log_bytes = 0;          // of the write-ahead log
  Counter acks = 0;
  Counter acks_lost = 0;           // could not be handed to the broker; the devices ask again by resending
  Counter broker_connections = 0;  // the first included
};

// What is true now rather than counted.
struct Gauges {
  std::size_t queue_messages = 0;
  std::size_t queue_bytes = 0;
  bool ready = false;
  std::size_t resident_bytes = 0;
  Readiness::Causes not_ready;                  // why
  std::optional<std::int64_t> disk_free_bytes;  // nullopt: not known
  bool disk_low = false;
};

// Text format 0.0.4.
std::string prometheus_text(const Metrics& metrics, const Gauges& gauges);

// Of this process; 0 when the system does not say.
std::size_t resident_bytes();

}  // namespace stedi::gateway
