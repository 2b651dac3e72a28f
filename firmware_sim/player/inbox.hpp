// What the MQTT library's thread hands to the player's thread: bounded, and never blocking the library.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/mqtt/client.hpp"

namespace stedi::firmware {

// Acks beyond it are dropped: the batches are sent again, and acknowledged again.
inline constexpr std::size_t max_inbox_messages = 10'000;

struct InboxEvent {
  enum class Kind { ready, lost, message };
  Kind kind;
  std::size_t connection;  // as its handlers were made for
  std::string topic;       // of a message; of `lost` the reason
  std::string payload;     // of a message
};

// Thread-safe. Outlives the clients whose handlers it made.
class Inbox {
 public:
  mqtt::Handlers handlers(std::size_t connection);
  // What has come since the last call; waits up to `patience` for the first of it.
  std::vector<InboxEvent> take(std::chrono::milliseconds patience);
  std::size_t dropped() const;

 private:
  void put(InboxEvent event);

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<InboxEvent> events_;
  std::size_t dropped_ = 0;
};

}  // namespace stedi::firmware
