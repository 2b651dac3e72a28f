#include "firmware_sim/player/inbox.hpp"

#include <utility>

namespace stedi::firmware {

mqtt::Handlers Inbox::handlers(std::size_t connection) {
  mqtt::Handlers handlers;
  handlers.on_message = [this, connection](std::string_view topic, std::string_view payload) {
    put({InboxEvent::Kind::message, connection, std::string(topic), std::string(payload)});
  };
  handlers.on_ready = [this, connection] { put({InboxEvent::Kind::ready, connection, {}, {}}); };
  handlers.on_lost = [this, connection](std::string_view reason) {
    put({InboxEvent::Kind::lost, connection, std::string(reason), {}});
  };
  return handlers;
}

void Inbox::put(InboxEvent event) {
  {
    const std::lock_guard guard(mutex_);
    // Changes of the connection are few and must not be lost.
    if (event.kind == InboxEvent::Kind::message && events_.size() >= max_inbox_messages) {
      ++dropped_;
      return;
    }
    events_.push_back(std::move(event));
  }
  arrived_.notify_one();
}

std::vector<InboxEvent> Inbox::take(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  arrived_.wait_for(lock, patience, [this] { return !events_.empty(); });
  return std::exchange(events_, {});
}

std::size_t Inbox::dropped() const {
  const std::lock_guard guard(mutex_);
  return dropped_;
}

}  // namespace stedi::firmware
