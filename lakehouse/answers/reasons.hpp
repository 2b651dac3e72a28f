// Why one person's records are or are not in the tables of one profile.
#pragma once

#include <cstdint>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/answers/row_writer.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

// Adds rows (profile, table, stream, reason, records). `zones` has landing.db attached; temporary tables and
// views of the landing tables' names stay behind: nothing else should be asked of this connection.
Result<void> add_reasons(sqlite::Database& zones, Profile profile, std::int64_t subject_id, Table& reasons);

}  // namespace stedi::lakehouse
