// What goes wrong on purpose, as the player meets it. The faults themselves, and the fault log, are faults/.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/result.hpp"
#include "firmware_sim/feed/feed.hpp"
#include "firmware_sim/spool/batch_store.hpp"

namespace stedi::firmware {

// Called by the player's thread alone.
class FaultInjector {
 public:
  virtual ~FaultInjector() = default;
  // A life begins: the ids of the feed's devices on the wire, in their order.
  virtual Result<void> on_life(std::span<const std::string> device_ids, const std::string& boot) = 0;
  // A batch is about to be sealed; `batch` is what it was made of.
  virtual Result<void> on_sealed(const SealedBatch& sealed, const FedBatch& batch) = 0;
  // The data's clock has come to `data_ms`: begins and ends what is due, passes on what the network held.
  // Returns when it has something to do next, on the monotonic clock; nullopt: nothing.
  virtual Result<std::optional<std::int64_t>> advance(std::int64_t data_ms) = 0;
  // The devices lose their power now and come back after so many ms; asked once a turn. Then this life is
  // over.
  virtual std::optional<std::int64_t> power_cut() = 0;
};

}  // namespace stedi::firmware
