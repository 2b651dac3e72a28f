// GET /healthz, /readyz and /metrics.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "gateway/gateway_config.hpp"

namespace stedi::gateway {

// A connection that is silent keeps a thread for `patience`: there must be more threads than a few of those.
// They are cheap, and idle.
struct StatusLimits {
  std::size_t threads = 16;
  std::chrono::seconds patience{1};
  std::size_t max_request_bytes = 1'024;  // of a request's body, which no page reads; beyond it: 413
};

// What the pages show; called on the server's threads.
struct StatusPages {
  std::function<std::optional<std::string>()> why_not_ready;
  std::function<std::string()> metrics;
};

class StatusServer {
 public:
  // Listens when it returns. Fails when the address is taken; usage error when it is none of this machine's.
  static Result<std::unique_ptr<StatusServer>> start(const HttpAddress& address, StatusPages pages,
                                                     StatusLimits limits = {});
  virtual ~StatusServer() = default;
  virtual std::string url() const = 0;
};

}  // namespace stedi::gateway
