// STORE/zones-<profile>.db: how it is made, opened and understood. Written by the lakehouse alone.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "core/sqlite/new_database.hpp"
#include "lakehouse/store/store_folder.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

inline constexpr std::int64_t zones_application_id = 0x53544544;  // "STED", as landing.db
inline constexpr std::int64_t zones_version = 3;                  // PRAGMA user_version

// True when a run has filled the profile's tables at least once.
Result<bool> has_been_run(const StoreFolder& store, Profile profile);

// Opens the file, making it when it is absent; one of an older version is emptied and made anew, for a run to
// fill. The caller holds the profile's run lock.
Result<sqlite::Database> open_zones_for_writing(const StoreFolder& store, Profile profile);

// A zones file in the making, for the first run to fill before anybody sees it: its rows are written once,
// not to a log and then to their place.
struct NewZones {
  sqlite::NewDatabase file;
  sqlite::Database database;
};
// nullopt when the profile has its file. The caller holds the profile's run lock.
Result<std::optional<NewZones>> begin_new_zones(const StoreFolder& store, Profile profile);

// Opens an existing file read-only, with landing.db attached as `landing`. Error when no run has filled it
// yet.
Result<sqlite::Database> open_zones_for_reading(const StoreFolder& store, Profile profile);

// How far in the landing zone: the greatest ingest_id of each landing table that jobs read, and which store
// it is.
struct Cursor {
  std::string store_uuid;
  std::map<std::string, std::int64_t, std::less<>> ingest_ids;
  std::int64_t removal_id = 0;  // of landing.removed_cell
  // Rows of a landing table up to here; 0 when nothing is known of it.
  std::int64_t of(std::string_view landing_table) const;
  bool operator==(const Cursor&) const = default;
};

// Of the attached `landing`, as this connection sees it.
Result<Cursor> read_landing_cursor(sqlite::Database& database);
// What the zones of this connection have read; an empty cursor before the first run.
Result<Cursor> read_zones_cursor(sqlite::Database& database);
Result<void> save_cursor(sqlite::Database& database, const Cursor& cursor);
// True when customer, consent or pairing records have landed, or rows have left, that the zones do not know:
// what the zones show may then include a person who has withdrawn.
bool consent_is_behind(const Cursor& zones, const Cursor& landing);

Result<std::string> read_meta(sqlite::Database& database, std::string_view name);  // "" when absent
Result<void> save_meta(sqlite::Database& database, std::string_view name, std::string_view value);

}  // namespace stedi::lakehouse
