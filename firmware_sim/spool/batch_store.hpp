// What the session needs of a spool. No OS details: firmware implements it over flash.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/record/records.hpp"
#include "core/result.hpp"

namespace stedi::firmware {

using BatchId = std::int64_t;  // a spool's own handle of a sealed batch: ascending, never reused
inline constexpr BatchId no_batch = 0;

// Times of a batch's first and last reading, epoch ms; absent when the readings do not say.
struct ReadingTimes {
  std::optional<std::int64_t> first_ms;
  std::optional<std::int64_t> last_ms;
};

// A batch whose bytes will never change and which is on disk.
struct SealedBatch {
  BatchId id = no_batch;
  std::string device;  // the id on the wire
  std::string boot;
  Stream stream = Stream::customer;
  std::int64_t seq = 0;
  std::size_t records = 0;
  std::size_t bytes = 0;  // of the payload
};

class BatchStore {
 public:
  virtual ~BatchStore() = default;
  // The sealed bytes.
  virtual Result<std::string> payload(BatchId id) = 0;
  // Deletes for ever: only what an ack names.
  virtual Result<void> remove(std::span<const BatchId> ids) = 0;
  // Keeps the batch but never offers it again: the gateway refused it.
  virtual Result<void> set_apart(BatchId id, std::string_view reason) = 0;
};

}  // namespace stedi::firmware
