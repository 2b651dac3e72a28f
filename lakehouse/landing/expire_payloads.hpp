// How long the quarantine keeps what refused records held: it is people's data, kept for repair, not for
// ever.
#pragma once

#include <cstdint>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::landing {

inline constexpr std::int64_t max_payload_days = 36'500;

// Within the caller's transaction, if there is one: empties the payloads that were received `days` (1 to
// max_payload_days) days ago or earlier, of `most` rows at most, and returns how many there were. Row and
// reason stay. Gateway and retention go by this one rule.
Result<std::int64_t> expire_payloads(sqlite::Database& database, std::int64_t days, std::int64_t now_ms,
                                     std::int64_t most);

}  // namespace stedi::landing
