#include "lakehouse/landing/expire_payloads.hpp"

#include "core/clock.hpp"

namespace stedi::landing {

Result<std::int64_t> expire_payloads(sqlite::Database& database, std::int64_t days, std::int64_t now_ms,
                                     std::int64_t most) {
  TRY(
      database.run("UPDATE quarantined_record SET payload = '' WHERE quarantine_id IN (SELECT quarantine_id "
                   "FROM quarantined_record WHERE payload <> '' AND received <= ? LIMIT ?)",
                   now_ms - days * day_ms, most));
  return database.changed_rows();
}

}  // namespace stedi::landing
