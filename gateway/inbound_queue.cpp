#include "gateway/inbound_queue.hpp"

namespace stedi::gateway {

InboundMessage::InboundMessage(std::string_view device, Stream stream, std::string_view payload,
                               std::int64_t received_ms)
    : device_bytes_(device.size()), stream_(stream), received_ms_(received_ms) {
  bytes_.reserve(device.size() + payload.size());
  bytes_.append(device).append(payload);
}

bool InboundQueue::push(InboundMessage message) {
  const std::size_t cost = message.cost_bytes();
  const std::lock_guard lock(mutex_);
  if (closed_ || messages_.size() >= limits_.max_messages || bytes_ + cost > limits_.max_bytes) return false;
  bytes_ += cost;
  messages_.push_back(std::move(message));
  if (messages_.size() == 1) changed_.notify_one();
  return true;
}

bool InboundQueue::wait_for_message(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this] { return !messages_.empty() || closed_; });
  return !messages_.empty();
}

std::optional<InboundMessage> InboundQueue::pop() {
  const std::lock_guard lock(mutex_);
  if (messages_.empty()) return std::nullopt;
  InboundMessage message = std::move(messages_.front());
  messages_.pop_front();
  bytes_ -= message.cost_bytes();
  return message;
}

bool InboundQueue::wait_for_close(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return closed_; });
}

void InboundQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

bool InboundQueue::finished() const {
  const std::lock_guard lock(mutex_);
  return closed_ && messages_.empty();
}

std::size_t InboundQueue::messages() const {
  const std::lock_guard lock(mutex_);
  return messages_.size();
}

std::size_t InboundQueue::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace stedi::gateway
