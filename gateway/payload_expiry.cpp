#include "gateway/payload_expiry.hpp"

#include <spdlog/spdlog.h>

namespace stedi::gateway {

Result<void> PayloadExpiry::run_if_due() {
  if (days_ == 0 || clock_.monotonic_ms() < due_ms_) return {};
  due_ms_ = clock_.monotonic_ms() + every_ms;
  if (auto begun = writer_.begin(); !begun) return begun;
  const auto expired = writer_.expire_payloads(days_, clock_.wall_ms(), max_rows_at_once);
  if (!expired) return Failure(expired.error());
  if (auto committed = writer_.commit(); !committed) return committed;
  if (*expired > 0) spdlog::info("quarantine: {} payloads have expired", *expired);
  if (*expired == max_rows_at_once) due_ms_ = clock_.monotonic_ms();
  return {};
}

}  // namespace stedi::gateway
