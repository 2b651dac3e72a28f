#include "firmware_sim/player/inbox.hpp"

#include <utility>

#include "core/wire/topic.hpp"

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
    if (!keep(std::move(event))) {
      ++dropped_;
      return;
    }
  }
  arrived_.notify_one();
}

bool Inbox::keep(InboxEvent event) {
  if (event.kind == InboxEvent::Kind::message && event.topic == wire::gateway_status_topic) {
    const std::size_t connection = event.connection;
    statuses_.insert_or_assign(connection, std::move(event));
    return true;
  }
  if (event.kind == InboxEvent::Kind::message && events_.size() >= max_inbox_messages) return false;
  // The status is retained: it comes anew with the next connection.
  if (event.kind == InboxEvent::Kind::lost) statuses_.erase(event.connection);
  events_.push_back(std::move(event));
  return true;
}

std::vector<InboxEvent> Inbox::take(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  arrived_.wait_for(lock, patience, [this] { return !events_.empty() || !statuses_.empty(); });
  std::vector<InboxEvent> taken = std::exchange(events_, {});
  for (auto& [connection, status] : statuses_) taken.push_back(std::move(status));
  statuses_.clear();
  return taken;
}

std::size_t Inbox::dropped() const {
  const std::lock_guard guard(mutex_);
  return dropped_;
}

}  // namespace stedi::firmware
