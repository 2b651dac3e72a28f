// The spool's SQLite file: its tables, its marks, and the refusal of whatever is not a whole spool.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "core/sqlite/database.hpp"

namespace stedi::firmware {

// Makes the file when it is absent. A file that is something else, damaged, or of another version is refused
// and left as it is, its log too: until the caller has found it sound, at_close() leaves the log alone.
Result<sqlite::Database> open_spool_file(const std::filesystem::path& file);

// Brings a spool of the form before this one into this one, as one transaction: its names stood there as bare
// digests. None of those is left in its files, unless a reader of another process is in the way.
Result<void> renew_spool_form(sqlite::Database& database, std::string_view name_key);

// A time of one of its rows; nullopt when it is NULL.
inline std::optional<std::int64_t> time_in(const sqlite::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

// What to do about a damaged one, for the end of a message.
inline constexpr const char* damaged_spool_remedy =
    "the file is left untouched: keep a copy for repair (sqlite3 FILE .recover) and give another --spool";

}  // namespace stedi::firmware
