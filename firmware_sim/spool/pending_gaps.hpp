// Losses that the spool has recorded and not yet sealed into a gap batch. Works inside the spool's own
// transaction, so that a drop and its record are one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/records.hpp"
#include "core/sqlite/database.hpp"
#include "firmware_sim/spool/batch_store.hpp"

namespace stedi::firmware {

// Reasons as they stand in a gap record.
inline constexpr std::string_view spool_full = "spool_full";
inline constexpr std::string_view too_old = "too_old";

// One batch that is lost.
struct Loss {
  std::int64_t device_row = 0;
  std::string boot;
  std::string stream;
  std::int64_t seq = 0;
  std::int64_t records = 0;
  ReadingTimes times;
  std::string_view reason;
};

// Belongs to the spool's thread; the database outlives it.
class PendingGaps {
 public:
  static Result<PendingGaps> open(sqlite::Database& database);

  // Joins losses of one (device, boot, stream) and reason whose seqs are neighbours. Returns by how much the
  // number of pending gaps grew: 1, 0 or -1.
  Result<int> add(const Loss& loss);
  // Devices with something to tell that have no gap batch in the spool: one at a time, so that later losses
  // join the earlier ones meanwhile.
  Result<std::vector<std::int64_t>> devices_to_tell();
  // Takes up to max_gap_records of a device's away: they are in the caller's hands.
  Result<std::vector<GapRecord>> take(std::int64_t device_row);

 private:
  PendingGaps(sqlite::Database& database, sqlite::Statement take_neighbours, sqlite::Statement insert)
      : database_(&database), take_neighbours_(std::move(take_neighbours)), insert_(std::move(insert)) {}

  sqlite::Database* database_;
  sqlite::Statement take_neighbours_;
  sqlite::Statement insert_;
};

}  // namespace stedi::firmware
