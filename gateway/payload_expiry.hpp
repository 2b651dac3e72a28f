// Refused payloads are kept for repair, not for ever: they are people's data.
#pragma once

#include <cstdint>

#include "core/clock.hpp"
#include "lakehouse/landing/writer.hpp"

namespace stedi::gateway {

// The writer's thread.
class PayloadExpiry {
 public:
  // Rows a transaction, so that ingest never waits long.
  static constexpr std::int64_t max_rows_at_once = 1'000;
  static constexpr std::int64_t every_ms = 3'600'000;

  // `days` 0: payloads are kept.
  PayloadExpiry(std::int64_t days, landing::Writer& writer, const Clock& clock)
      : days_(days), writer_(writer), clock_(clock) {}

  // Between two groups: does nothing until it is due. After a failure it is due again in an hour.
  Result<void> run_if_due();

 private:
  const std::int64_t days_;
  landing::Writer& writer_;
  const Clock& clock_;
  std::int64_t due_ms_ = 0;   // monotonic
  std::int64_t expired_ = 0;  // of a backlog that is not done
};

}  // namespace stedi::gateway
