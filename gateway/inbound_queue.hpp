// What the MQTT callback hands to the ingest thread: bounded in bytes and in messages, never blocking a push.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/record/records.hpp"

namespace stedi::gateway {

enum class Delivery { live, retained };  // retained: the broker had kept it and sent it because we subscribed

// One MQTT message; its device and its payload share one allocation.
class InboundMessage {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  InboundMessage(std::string_view device, Stream stream, std::string_view payload, std::int64_t received_ms,
                 Delivery delivery = Delivery::live);

  std::string_view device() const { return std::string_view(bytes_).substr(0, device_bytes_); }
  std::string_view payload() const { return std::string_view(bytes_).substr(device_bytes_); }
  Stream stream() const { return stream_; }
  std::int64_t received_ms() const { return received_ms_; }
  Delivery delivery() const { return delivery_; }
  Instant arrived() const { return arrived_; }
  // What it costs in memory, its place in the queue included.
  std::size_t cost_bytes() const { return sizeof(InboundMessage) + bytes_.capacity() + 1; }

 private:
  std::string bytes_;
  std::size_t device_bytes_;
  Stream stream_;
  Delivery delivery_;
  std::int64_t received_ms_;
  Instant arrived_;
};

struct QueueLimits {
  std::size_t max_bytes = 8'388'608;
  std::size_t max_messages = 20'000;

  bool operator==(const QueueLimits&) const = default;
};

// Thread-safe: any thread pushes, one pops.
class InboundQueue {
 public:
  explicit InboundQueue(QueueLimits limits) : limits_(limits) {}

  // False when a limit would be passed or the queue is closed: the message is shed. It has not been
  // acknowledged, so its device sends it again.
  bool push(InboundMessage message);

  // Waits for a message; false when there is none by then, or ever again.
  bool wait_for_message(std::chrono::milliseconds patience);
  // Waits while messages keep coming, each within `quiet` of the one before; not longer than `most`, nor once
  // `enough` are there, or the queue is half full or closed. Does not wake for each message: that would cost
  // more than it is worth.
  void wait_for_calm(std::chrono::milliseconds quiet, std::chrono::milliseconds most, std::size_t enough);
  // The oldest message; nullopt when there is none now.
  std::optional<InboundMessage> pop();
  // Waits for close(); true when it has come.
  bool wait_for_close(std::chrono::milliseconds patience);

  // Nothing is taken in any more; what is inside can still be popped.
  void close();
  bool finished() const;  // closed and empty

  std::size_t messages() const;
  std::size_t bytes() const;

 private:
  bool is_pressing() const;  // half full, or closed

  const QueueLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<InboundMessage> messages_;
  std::size_t bytes_ = 0;
  std::uint64_t pushed_ = 0;
  bool closed_ = false;
};

}  // namespace stedi::gateway
