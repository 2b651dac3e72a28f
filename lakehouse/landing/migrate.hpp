// Brings a landing.db of an older version to this program's, step by step.
#pragma once

#include <cstdint>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::landing {

// Inside the caller's transaction; sets user_version. A step, once released, is never changed.
Result<void> migrate(sqlite::Database& database, std::int64_t from_version);

// Makes the table and the view of each declared sensor stream that has none yet.
Result<void> add_reading_tables(sqlite::Database& database);

}  // namespace stedi::landing
