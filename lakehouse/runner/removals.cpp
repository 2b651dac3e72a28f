#include "lakehouse/runner/removals.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "lakehouse/landing/store.hpp"

namespace stedi::lakehouse {

namespace {

// The last removal that every profile has taken in.
Result<std::int64_t> taken_in_by_all(const StoreFolder& store) {
  std::int64_t last = std::numeric_limits<std::int64_t>::max();
  for (const Profile profile : all_profiles) {
    const auto filled = TRY(has_been_run(store, profile));
    if (!filled) continue;
    auto zones = TRY(open_zones_for_reading(store, profile));
    const auto read = TRY(read_zones_cursor(zones));
    last = std::min(last, read.removal_id);
  }
  return last;
}

Result<std::int64_t> forget_some(sqlite::Database& landing, std::int64_t last) {
  auto transaction = TRY(landing.begin_immediate());
  TRY(
      landing.execute("DELETE FROM removed_cell WHERE removal_id IN (SELECT removal_id FROM removed_cell "
                      "WHERE removal_id <= " +
                      std::to_string(last) + " ORDER BY removal_id LIMIT " +
                      std::to_string(max_removals_forgotten_at_once) + ")"));
  const std::int64_t rows = landing.changed_rows();
  TRY(transaction.commit());
  return rows;
}

}  // namespace

// They are numbered without a gap.
Result<bool> removals_are_known(sqlite::Database& zones, const Cursor& read, const Cursor& landed) {
  if (read.removal_id == landed.removal_id) return true;
  const auto named =
      TRY_IN("landing.db", zones.integer("SELECT COUNT(*) FROM landing.removed_cell WHERE removal_id > " +
                                         std::to_string(read.removal_id) +
                                         " AND removal_id <= " + std::to_string(landed.removal_id)));
  return named == landed.removal_id - read.removal_id;
}

Result<void> forget_taken_in_removals(const StoreFolder& store, const Clock& clock) {
  const auto last = TRY(taken_in_by_all(store));
  auto landing = TRY(landing::open_landing_for_writing(store.dir, clock));
  while (true) {
    const auto forgotten = TRY(forget_some(landing, last));
    if (forgotten < max_removals_forgotten_at_once) return {};
  }
}

}  // namespace stedi::lakehouse
