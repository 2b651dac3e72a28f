// Counters of the gateway and their Prometheus text. No label holds anything of a person or of a device.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/record/records.hpp"
#include "core/wire/topic.hpp"

namespace stedi::gateway {

using Counter = std::atomic<std::uint64_t>;

// One counter a stream.
class StreamCounters {
 public:
  Counter& operator[](Stream stream) { return counters_[static_cast<std::size_t>(stream)]; }
  const Counter& operator[](Stream stream) const { return counters_[static_cast<std::size_t>(stream)]; }

 private:
  std::array<Counter, wire::all_streams.size()> counters_{};
};

// Durations in fixed buckets. One thread observes, any reads.
class DurationHistogram {
 public:
  // Upper bounds in microseconds; an SSD commits in the first ones, a tired SD card in the last.
  static constexpr std::array<std::uint64_t, 12> bounds_us = {
      250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000, 5'000'000};
  void observe_us(std::uint64_t microseconds);

  // Observations at or below bounds_us[bucket].
  std::uint64_t at_most(std::size_t bucket) const;
  std::uint64_t count() const { return count_; }
  double sum_seconds() const { return static_cast<double>(sum_us_) / 1e6; }

 private:
  std::array<Counter, bounds_us.size()> buckets_{};
  Counter count_ = 0;
  Counter sum_us_ = 0;
};

// Any thread counts, any reads.
struct Metrics {
  StreamCounters messages;       // taken in
  StreamCounters landed;         // records on disk
  StreamCounters quarantined;    // records on disk, in quarantine
  Counter duplicates = 0;        // batches that had landed before
  Counter withheld = 0;          // batches too far above a gap, neither landed nor acknowledged
  Counter refused = 0;           // envelopes that cannot be used
  Counter shed = 0;              // messages dropped because the queue was full, or stopping
  Counter irregular_topics = 0;  // messages dropped because of their topic
  Counter dropped = 0;           // messages of groups that could not be committed
  Counter commits = 0;
  Counter store_failures = 0;
  DurationHistogram commit_duration;
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
};

// Text format 0.0.4.
std::string prometheus_text(const Metrics& metrics, const Gauges& gauges);

// Of this process; 0 when the system does not say.
std::size_t resident_bytes();

}  // namespace stedi::gateway
