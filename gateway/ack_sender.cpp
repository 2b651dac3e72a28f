#include "gateway/ack_sender.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace stedi::gateway {

AckSender::AckSender(mqtt::Client& client, std::size_t max_unconfirmed, const Clock& clock, Pause pause)
    : client_(client), max_unconfirmed_(max_unconfirmed), clock_(clock), pause_(std::move(pause)) {}

bool AckSender::send(std::string_view topic, std::string_view payload) {
  const bool sent = wait_for_room() && client_.publish(topic, payload, false).has_value();
  note(sent);
  return sent;
}

// A broker that only lags is waited for, else a group of more devices than there is room for would lose acks
// that could be sent. One that stands still is waited for once: patience comes back with what it confirms.
bool AckSender::wait_for_room() {
  std::size_t owed = client_.unconfirmed();
  while (owed >= max_unconfirmed_) {
    if (patience_left_ms_ <= 0) return false;
    const std::int64_t before_ms = clock_.monotonic_ms();
    pause_(std::chrono::milliseconds(1));
    patience_left_ms_ -= clock_.monotonic_ms() - before_ms;
    owed = client_.unconfirmed();
  }
  if (owed <= max_unconfirmed_ / 2) patience_left_ms_ = ack_patience.count();
  return true;
}

// A line when it begins to drop and one when it sends again, however many are dropped.
void AckSender::note(bool sent) {
  if (!sent && !is_dropping_) {
    dropped_at_start_of_spell_ = dropped_;
    spdlog::warn("broker: not accepting acknowledgements; data is still stored and devices will resend");
  }
  if (!sent) ++dropped_;
  if (sent && is_dropping_)
    spdlog::info("broker: accepting acknowledgements again; {} were not sent",
                 dropped_ - dropped_at_start_of_spell_);
  is_dropping_ = !sent;
}

}  // namespace stedi::gateway
