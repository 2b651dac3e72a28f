// STORE/landing.db: where it is, how it is made, which versions are understood.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "core/sqlite/new_database.hpp"
#include "lakehouse/landing/store_use.hpp"

namespace stedi::landing {

inline constexpr std::int64_t application_id = 0x53544544;  // "STED"
inline constexpr std::int64_t landing_version = 7;          // PRAGMA user_version of landing.db

std::filesystem::path landing_file(const std::filesystem::path& store_dir);

// Opens STORE/landing.db, creating the folder and the file when they are absent. Writers only.
// WAL, synchronous=FULL, secure_delete, temp_store=MEMORY; an older version is brought up to this one in a
// transaction; refuses a file of another application or a newer version, and a damaged one, with what to do.
// The connection shares the store (StoreUse) as long as it is open, and the first one of those that are open
// renews the write-ahead log that it finds.
// Waits up to busy_ms for another writer.
Result<sqlite::Database> open_landing_for_writing(const std::filesystem::path& store_dir, const Clock& clock,
                                                  int busy_ms = sqlite::default_busy_ms);

// A landing.db in the making, so that an import lands its first records before anybody sees it: they are
// written once, not to a log and then to their place.
struct NewLanding {
  StoreUse use;
  sqlite::NewDatabase file;
  sqlite::Database database;
};
// nullopt when the store has its landing.db.
Result<std::optional<NewLanding>> begin_new_landing(const std::filesystem::path& store_dir,
                                                    const Clock& clock);

// Opens an existing STORE/landing.db read-only, after bringing an older one up to date; a missing store is an
// error that says so.
Result<sqlite::Database> open_landing_for_reading(const std::filesystem::path& store_dir);
// Adds what an older version of landing.db lacks, in one transaction; opening for writing does the same. A
// store of this version is only looked at.
Result<void> migrate_landing(const std::filesystem::path& store_dir, const Clock& clock);
// Checks that an existing landing.db is one of ours and of a version we understand.
Result<void> check_landing(sqlite::Database& database, const std::filesystem::path& file);

}  // namespace stedi::landing
