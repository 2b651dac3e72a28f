// Emails, serials and spellings of which nothing is left: they go with the last reading that named them.
#pragma once

#include <cstdint>
#include <functional>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::lakehouse {

// Tables of the connection that hold the names whose readings have just expired.
inline constexpr const char* left_names =
    "CREATE TEMP TABLE left_subject (subject_id INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE left_trainer (trainer_id INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE left_spelling (spelling_id INTEGER PRIMARY KEY)";

// Forgets those of the left names that no row refers to any more, at most so many of a kind in a transaction.
// The tables are searched in a snapshot, and under the lock of landing.db only what has landed since:
// `searched`, unless empty, is called in between. Writers drop their caches, because the store's epoch moves.
Result<void> forget_names(sqlite::Database& landing, std::int64_t most_at_once,
                          const std::function<void()>& searched);

}  // namespace stedi::lakehouse
