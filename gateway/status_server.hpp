// GET /healthz, /readyz and /metrics.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "gateway/gateway_config.hpp"

namespace stedi::gateway {

// What the pages show; called on the server's threads.
struct StatusPages {
  std::function<std::optional<std::string>()> why_not_ready;
  std::function<std::string()> metrics;
};

class StatusServer {
 public:
  // Listens when it returns. Fails when the address is taken; usage error when it is none of this machine's.
  static Result<std::unique_ptr<StatusServer>> start(const HttpAddress& address, StatusPages pages);
  virtual ~StatusServer() = default;
  virtual std::string url() const = 0;
};

}  // namespace stedi::gateway
