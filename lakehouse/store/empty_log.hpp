// What is deleted in WAL mode stays in the write-ahead log until a checkpoint empties it, and a reader holds
// that up.
#pragma once

#include <cstdint>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::lakehouse {

// Moves the log into the file and empties it; waits so long for readers that are in the way. False when one
// still is: whoever comes next tries again. The connection then waits for others as long as it did by
// default.
Result<bool> empty_log(sqlite::Database& database, std::int64_t patience_ms);

}  // namespace stedi::lakehouse
