// The daemon, wired: MQTT in, durable landing zone out, acknowledgements back, status over HTTP.
#pragma once

#include <memory>

#include "core/result.hpp"
#include "gateway/gateway_config.hpp"

namespace stedi::gateway {

// start() and stop() by one thread.
class Gateway {
 public:
  // Everything runs when it returns; a broker that is not up is waited for in the background.
  static Result<std::unique_ptr<Gateway>> start(const GatewayConfig& config);
  virtual ~Gateway() = default;
  // Takes nothing in any more, lands and acknowledges what it holds, says that it is offline. Bounded.
  virtual Result<void> stop() = 0;
};

}  // namespace stedi::gateway
