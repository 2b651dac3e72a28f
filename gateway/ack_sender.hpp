// Hands acknowledgements to the broker, and never lets it hold up what is being landed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "core/clock.hpp"
#include "core/mqtt/client.hpp"

namespace stedi::gateway {

// What a broker that stands still costs the ingest thread, in all, until it has taken half of what it owes.
inline constexpr std::chrono::milliseconds ack_patience{500};

// One thread. An acknowledgement for which there is no room is dropped: its device sends again, and gets the
// ack of a duplicate.
class AckSender {
 public:
  using Pause = std::function<void(std::chrono::milliseconds)>;

  // `max_unconfirmed`: what the broker may owe us before there is no room.
  AckSender(mqtt::Client& client, std::size_t max_unconfirmed, const Clock& clock, Pause pause);

  // Whether the broker was handed it. Waits for room while some of ack_patience is left.
  bool send(std::string_view topic, std::string_view payload);
  // Dropped since the start.
  std::uint64_t dropped() const { return dropped_; }

 private:
  bool wait_for_room();
  void note(bool sent);

  mqtt::Client& client_;
  const std::size_t max_unconfirmed_;
  const Clock& clock_;
  const Pause pause_;
  std::int64_t patience_left_ms_ = ack_patience.count();
  std::uint64_t dropped_ = 0;
  std::uint64_t dropped_at_start_of_spell_ = 0;
  bool is_dropping_ = false;
};

}  // namespace stedi::gateway
