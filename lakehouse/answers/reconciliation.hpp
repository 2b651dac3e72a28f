// Nothing unexplained: received = landed + quarantined, and landed = trusted + duplicates + excluded by
// reason + expired.
#pragma once

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/answers/validate.hpp"

namespace stedi::lakehouse {

// The batch log against the landing tables. `database` has landing.db attached as `landing`.
Result<void> reconcile_landing(sqlite::Database& database, Validation& validation);

// The landing tables, as far as the zones have read them, against the zones: every landed row is given one
// reason by rules written apart from the jobs. Rows that landed since are pending. Leaves temporary views of
// the landing tables' names behind: nothing else should be asked of this connection.
Result<void> reconcile_zones(sqlite::Database& zones, Profile profile, Validation& validation);

}  // namespace stedi::lakehouse
