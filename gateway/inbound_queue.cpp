#include "gateway/inbound_queue.hpp"

#include <algorithm>

namespace stedi::gateway {

InboundMessage::InboundMessage(std::string_view device, Stream stream, std::string_view payload,
                               std::int64_t received_ms, Delivery delivery)
    : device_bytes_(device.size()),
      stream_(stream),
      delivery_(delivery),
      received_ms_(received_ms),
      arrived_(std::chrono::steady_clock::now()) {
  bytes_.reserve(device.size() + payload.size());
  bytes_.append(device).append(payload);
}

bool InboundQueue::push(InboundMessage message) {
  const std::size_t cost = message.cost_bytes();
  const std::lock_guard lock(mutex_);
  if (closed_ || messages_.size() >= limits_.max_messages || bytes_ + cost > limits_.max_bytes) return false;
  bytes_ += cost;
  messages_.push_back(std::move(message));
  ++pushed_;
  if (messages_.size() == 1 || is_pressing()) changed_.notify_one();
  return true;
}

bool InboundQueue::wait_for_message(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this] { return !messages_.empty() || closed_; });
  return !messages_.empty();
}

bool InboundQueue::is_pressing() const {
  return closed_ || messages_.size() >= limits_.max_messages / 2 || bytes_ >= limits_.max_bytes / 2;
}

void InboundQueue::wait_for_calm(std::chrono::milliseconds quiet, std::chrono::milliseconds most,
                                 std::size_t enough) {
  using Clock = std::chrono::steady_clock;
  std::unique_lock lock(mutex_);
  const auto end = Clock::now() + most;
  std::uint64_t seen = 0;
  do {
    if (messages_.size() >= enough) return;
    seen = pushed_;
    const auto look_again = std::min(end, Clock::now() + quiet);
    if (changed_.wait_until(lock, look_again, [this] { return is_pressing(); })) return;
  } while (pushed_ != seen && Clock::now() < end);
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
