// What the MQTT library's thread hands to the player's thread: bounded, and never blocking the library.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/mqtt/client.hpp"

namespace stedi::firmware {

// Acks beyond it are dropped: the batches are sent again, and acknowledged again. What nobody says a second
// time stands outside of it: changes of a connection, and of each connection the gateway's latest status.
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
  // What has come since the last call; waits up to `patience` for the first of it. The gateway's statuses
  // stand last: of several on one connection the latest, and none of before it was lost.
  std::vector<InboxEvent> take(std::chrono::milliseconds patience);
  // Messages beyond the bound, so far.
  std::size_t dropped() const;

 private:
  void put(InboxEvent event);
  // False: there was no room.
  bool keep(InboxEvent event);

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<InboxEvent> events_;
  std::map<std::size_t, InboxEvent> statuses_;  // by connection
  std::size_t dropped_ = 0;
};

}  // namespace stedi::firmware
