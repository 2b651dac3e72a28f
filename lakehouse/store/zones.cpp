#include "lakehouse/store/zones.hpp"
#include "lakehouse/store/store_files.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "core/record/sensor_table.hpp"
#include "core/sqlite/new_database.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/tables/zones_schema.hpp"

namespace stedi::lakehouse {

namespace {

// All strict jobs over the real data ten times over, by page size: 4 KiB 0.88 s, 8 KiB 0.74 s, 16 KiB 0.66 s;
// the pages that one person's change rewrites grow likewise, so 8 KiB. Memory-mapped reading gains nothing.
// Both take effect on an empty file alone.
constexpr std::string_view new_file_pragmas = "PRAGMA page_size=8192; PRAGMA auto_vacuum=INCREMENTAL;";
constexpr std::string_view memory_pragmas = "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;";
constexpr std::string_view durable_pragmas =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;";
constexpr std::array<std::string_view, 3> consent_tables = {"customer", "consent", "pairing"};

Result<void> drop_everything(sqlite::Database& database) {
  std::string drops;
  TRY(database.each_row(
      "SELECT upper(type) || ' ' || name FROM sqlite_schema WHERE type IN ('view', 'table') "
      "AND substr(name, 1, 7) <> 'sqlite_' ORDER BY type DESC",
      [&](const std::string& object) { drops += "DROP " + object + ";"; }));
  return database.execute(drops);
}

// The key's fingerprint outlives the rebuild: another key must not slip in with a new version.
Result<std::string> known_key_fingerprint(sqlite::Database& database) {
  const auto has_meta =
      TRY(database.integer("SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'meta'"));
  return has_meta == 0 ? Result<std::string>("") : read_meta(database, "pseudonym_key");
}

Result<void> make_schema(sqlite::Database& database, Profile profile) {
  auto transaction = TRY(database.begin_immediate());
  const auto fingerprint = TRY(known_key_fingerprint(database));
  TRY(drop_everything(database));
  const auto schema = TRY(zones_schema(profile));
  TRY(database.execute(schema));
  TRY(save_meta(database, "schema", schema_hash(schema)));
  const std::string version = "PRAGMA application_id=" + std::to_string(zones_application_id) +
                              ";PRAGMA user_version=" + std::to_string(zones_version);
  TRY(database.execute(version));
  if (!fingerprint.empty()) TRY(save_meta(database, "pseudonym_key", fingerprint));
  return transaction.commit();
}

enum class Version { current, absent_or_older };

Result<bool> has_current_schema(sqlite::Database& database, Profile profile) {
  const auto schema = TRY(zones_schema(profile));
  const auto made_by = TRY(read_meta(database, "schema"));
  return made_by == schema_hash(schema);
}

Result<Version> version_of(sqlite::Database& database, Profile profile) {
  const auto application = TRY(database.integer("PRAGMA application_id"));
  const auto version = TRY(database.integer("PRAGMA user_version"));
  const auto objects = TRY(database.integer("SELECT COUNT(*) FROM sqlite_schema"));
  if (objects > 0 && application != zones_application_id) {
    return fail("not a zones file of STEDI Edge; move it away and run again");
  }
  if (version > zones_version) {
    return fail("written by a newer version of stedi-lakehouse (" + std::to_string(version) +
                "); use that one or move the file away and run again");
  }
  if (version != zones_version) return Version::absent_or_older;
  const auto current = TRY(has_current_schema(database, profile));
  return current ? Version::current : Version::absent_or_older;
}

Result<void> prepare_for_writing(sqlite::Database& database, Profile profile) {
  const auto version = TRY(version_of(database, profile));
  const auto pages = TRY(database.integer("PRAGMA page_count"));
  if (pages == 0) {  // on others they would be a commit of its own
    TRY(database.execute(std::string(new_file_pragmas)));
  }
  TRY(database.execute(std::string(durable_pragmas) + std::string(memory_pragmas)));
  if (version == Version::absent_or_older) TRY(make_schema(database, profile));
  return {};
}

// Everything in a zones file is made from landing.db.
Failure unreadable(Profile profile, const sqlite::Database& database, const Error& error) {
  if (database.trouble() != sqlite::Trouble::corrupt) return in_context(zones_name(profile), error);
  return fail(zones_name(profile) + " is damaged (" + error.message +
              "): delete it, with its -wal and -shm, and run `stedi-lakehouse run --profile " +
              std::string(profile_name(profile)) + "` to rebuild it");
}

}  // namespace

Result<bool> has_been_run(const StoreFolder& store, Profile profile) {
  if (!std::filesystem::exists(zones_file(store.dir, profile))) return false;
  auto database = TRY(sqlite::Database::open(zones_file(store.dir, profile), sqlite::Access::read_only));
  const auto version = version_of(database, profile);
  if (!version) return unreadable(profile, database, version.error());
  if (*version != Version::current) return false;  // a run makes it anew
  const auto cursor = read_zones_cursor(database);
  if (!cursor) return unreadable(profile, database, cursor.error());
  return !cursor->store_uuid.empty();
}

Result<std::optional<NewZones>> begin_new_zones(const StoreFolder& store, Profile profile) {
  const auto file = zones_file(store.dir, profile);
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) return std::nullopt;
  auto draft = TRY(sqlite::NewDatabase::begin(file));
  auto database = TRY_IN(zones_name(profile), draft.open());
  const std::string settings =
      std::string(new_file_pragmas) + std::string(memory_pragmas) + "PRAGMA secure_delete=ON";
  TRY_IN(zones_name(profile), database.execute(settings));
  TRY_IN(zones_name(profile), make_schema(database, profile));
  return NewZones{std::move(draft), std::move(database)};
}

Result<sqlite::Database> open_zones_for_writing(const StoreFolder& store, Profile profile) {
  const auto fill = [&](sqlite::Database& empty) -> Result<void> {
    TRY(empty.execute(std::string(new_file_pragmas)));
    return make_schema(empty, profile);
  };
  TRY(sqlite::make_if_absent(zones_file(store.dir, profile), fill));
  auto database = TRY(sqlite::Database::open(zones_file(store.dir, profile), sqlite::Access::create));
  if (auto ready = prepare_for_writing(database, profile); !ready)
    return unreadable(profile, database, ready.error());
  return database;
}

Result<sqlite::Database> open_zones_for_reading(const StoreFolder& store, Profile profile) {
  const auto filled = TRY(has_been_run(store, profile));
  if (!filled) {
    const std::string name(profile_name(profile));
    return fail("the " + name + " tables do not exist yet; run `stedi-lakehouse run --profile " + name +
                "` first");
  }
  auto database = TRY(sqlite::Database::open(zones_file(store.dir, profile), sqlite::Access::read_only));
  TRY(database.execute("PRAGMA temp_store=MEMORY"));
  TRY_IN("landing.db", database.attach(landing::landing_file(store.dir), "landing"));
  return database;
}

namespace {

Result<std::int64_t> last_id_of(sqlite::Database& database, std::string_view table) {
  return database.integer("SELECT COALESCE(MAX(seq), 0) FROM landing.sqlite_sequence WHERE name = '" +
                          std::string(table) + "'");
}

}  // namespace

Result<Cursor> read_landing_cursor(sqlite::Database& database) {
  Cursor cursor;
  cursor.store_uuid = TRY_IN("landing.db", database.text("SELECT store_uuid FROM landing.store"));
  // The greatest id ever handed out: that of the last row may go down when rows leave.
  std::vector<std::string_view> tables(consent_tables.begin(), consent_tables.end());
  for (const SensorTable& readings : sensor_tables()) tables.push_back(readings.name);
  for (const std::string_view table : tables) {
    const auto last = TRY_IN("landing.db", last_id_of(database, table));
    cursor.ingest_ids.emplace(table, last);
  }
  cursor.removal_id = TRY_IN("landing.db", last_id_of(database, "removed_cell"));
  return cursor;
}

std::int64_t Cursor::of(std::string_view landing_table) const {
  const auto found = ingest_ids.find(landing_table);
  return found == ingest_ids.end() ? 0 : found->second;
}

Result<Cursor> read_zones_cursor(sqlite::Database& database) {
  Cursor cursor;
  cursor.store_uuid = TRY(read_meta(database, "store_uuid"));
  cursor.removal_id = TRY(database.integer(
      "SELECT CAST(COALESCE(MAX(value), '0') AS INTEGER) FROM meta WHERE name = 'landing_removal'"));
  TRY(database.each_row(
      "SELECT landing_table, ingest_id FROM cursor",
      [&](std::string_view table, std::int64_t last) { cursor.ingest_ids.emplace(table, last); }));
  return cursor;
}

Result<void> save_cursor(sqlite::Database& database, const Cursor& cursor) {
  TRY(save_meta(database, "store_uuid", cursor.store_uuid));
  const std::string removal_id = std::to_string(cursor.removal_id);
  TRY(save_meta(database, "landing_removal", removal_id));
  auto insert = TRY(database.prepare("INSERT OR REPLACE INTO cursor VALUES (?, ?)"));
  for (const auto& [table, ingest_id] : cursor.ingest_ids) TRY(insert.run(table, ingest_id));
  return {};
}

bool consent_is_behind(const Cursor& zones, const Cursor& landing) {
  if (zones.store_uuid != landing.store_uuid || zones.removal_id < landing.removal_id) return true;
  return std::ranges::any_of(consent_tables,
                             [&](std::string_view table) { return zones.of(table) < landing.of(table); });
}

Result<std::string> read_meta(sqlite::Database& database, std::string_view name) {
  const auto value = TRY(database.one_row<std::string>("SELECT value FROM meta WHERE name = ?", name));
  return value.value_or("");
}

Result<void> save_meta(sqlite::Database& database, std::string_view name, std::string_view value) {
  return database.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value);
}

}  // namespace stedi::lakehouse
