// The daemon, wired: MQTT in, durable landing zone out, acknowledgements back, status over HTTP.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/result.hpp"
#include "gateway/gateway_config.hpp"

namespace stedi::gateway {

// How long a stop waits for the broker to confirm the last acknowledgements.
inline constexpr std::chrono::milliseconds farewell_patience{5'000};

// What a stop left behind. Nothing of it is lost: devices send again what they saw no ack of.
struct Farewell {
  std::uint64_t acks_dropped = 0;  // since the start: the broker had no room for them
  std::size_t unconfirmed = 0;     // messages that the broker was given and has not confirmed
  bool broker_was_there = false;   // connected to the last
};

// start() and stop() by one thread.
class Gateway {
 public:
  // Everything runs when it returns; a broker that is not up is waited for in the background.
  static Result<std::unique_ptr<Gateway>> start(const GatewayConfig& config);
  virtual ~Gateway() = default;
  // Takes nothing in any more, lands and acknowledges what it holds, says that it is offline. Beyond what the
  // disk needs for what is queued, and at most sqlite::default_busy_ms for another writer, a broker that
  // stands still costs ack_patience and farewell_patience. Fails when the store does.
  virtual Result<Farewell> stop() = 0;
};

}  // namespace stedi::gateway
