#include "gateway/payload_expiry.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace stedi::gateway {

Result<void> PayloadExpiry::run_if_due() {
  if (days_ == 0 || clock_.monotonic_ms() < due_ms_) return {};
  due_ms_ = clock_.monotonic_ms() + every_ms;
  TRY(writer_.begin());
  const auto expired = TRY(writer_.expire_payloads(days_, clock_.wall_ms(), max_rows_at_once));
  TRY(writer_.commit());
  expired_ += expired;
  if (expired == max_rows_at_once) {  // there may be more
    due_ms_ = clock_.monotonic_ms();
    return {};
  }
  if (expired_ > 0) spdlog::info("quarantine: {} payloads have expired", std::exchange(expired_, 0));
  return {};
}

}  // namespace stedi::gateway
