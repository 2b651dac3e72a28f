#include "firmware_sim/spool/spool_file.hpp"

#include <string>
#include <utility>
#include <vector>

#include "firmware_sim/spool/name_mark.hpp"

namespace stedi::firmware {

namespace {

constexpr std::int64_t application_id = 0x53544453;  // "STDS"
constexpr std::int64_t schema_version = 3;
constexpr std::int64_t oldest_version = 2;  // of those that are renewed

// FULL: a commit that returned is on disk. secure_delete: what an ack let go is overwritten.
constexpr const char* connection_settings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; "
    "PRAGMA cache_size=-512;";

// Payloads stand last: what is asked of a batch without its bytes is read without them.
constexpr const char* schema =
    "CREATE TABLE spool ("
    "  name  TEXT PRIMARY KEY,"
    "  value TEXT NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE TABLE device ("
    "  device_row  INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  name_mark   TEXT NOT NULL UNIQUE,"
    "  device_id   TEXT NOT NULL UNIQUE"
    ");"
    "CREATE TABLE progress ("
    "  device_row INTEGER NOT NULL REFERENCES device,"
    "  stream     TEXT NOT NULL,"
    "  records    INTEGER NOT NULL,"
    "  PRIMARY KEY (device_row, stream)"
    ") WITHOUT ROWID;"
    "CREATE TABLE batch ("
    "  batch_id     INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  device_row   INTEGER NOT NULL REFERENCES device,"
    "  boot         TEXT NOT NULL,"
    "  stream       TEXT NOT NULL,"
    "  seq          INTEGER NOT NULL,"
    "  records      INTEGER NOT NULL,"
    "  bytes        INTEGER NOT NULL,"
    "  first_ms     INTEGER,"  // times of its first and last reading
    "  last_ms      INTEGER,"
    "  sealed_ms    INTEGER NOT NULL,"  // never less than an earlier batch's
    "  payload_hash INTEGER NOT NULL,"
    "  refused      TEXT,"
    "  payload      TEXT NOT NULL,"
    "  UNIQUE (device_row, boot, stream, seq)"
    ");"
    "CREATE TABLE pending_gap ("
    "  device_row INTEGER NOT NULL REFERENCES device,"
    "  boot       TEXT NOT NULL,"
    "  stream     TEXT NOT NULL,"
    "  first_seq  INTEGER NOT NULL,"
    "  last_seq   INTEGER NOT NULL,"
    "  records    INTEGER NOT NULL,"
    "  reason     TEXT NOT NULL,"
    "  first_ms   INTEGER,"
    "  last_ms    INTEGER,"
    "  PRIMARY KEY (device_row, boot, stream, first_seq)"
    ") WITHOUT ROWID;";

// What version 3 added to version 2. The first one to give way is found without a look at all that wait.
constexpr const char* refused_index =
    "CREATE INDEX refused_batch ON batch (batch_id) WHERE refused IS NOT NULL;";

std::string addition_of_version_3() {
  return std::string(refused_index) + "INSERT INTO spool (name, value) VALUES ('name_secret', '" +
         hex(random_bytes(32)) + "'); PRAGMA user_version=" + std::to_string(schema_version) + ";";
}

enum class Content { none, spool };

Result<void> create_schema(sqlite::Database& database) {
  auto transaction = TRY(database.begin_immediate());
  TRY(database.execute(schema));
  const std::string marks =
      "PRAGMA application_id=" + std::to_string(application_id) + ";" + addition_of_version_3();
  TRY(database.execute(marks));
  return transaction.commit();
}

// The column holds digests of the names still.
Result<void> mark_names(sqlite::Database& database, const NameMarks& marks) {
  std::vector<std::pair<std::int64_t, std::string>> digests;
  TRY(database.each_row(
      "SELECT device_row, name_mark FROM device",
      [&](std::int64_t row, std::string_view digest) { digests.emplace_back(row, digest); }));
  auto update = TRY(database.prepare("UPDATE device SET name_mark = ? WHERE device_row = ?"));
  for (const auto& [device_row, digest] : digests) TRY(update.run(marks.of(digest), device_row));
  return {};
}

// Reads alone: a file that is no spool is not touched.
Result<Content> look_at(sqlite::Database& database) {
  const auto id = TRY(database.integer("PRAGMA application_id"));
  const auto version = TRY(database.integer("PRAGMA user_version"));
  const auto tables = TRY(database.integer("SELECT count(*) FROM sqlite_master"));
  if (id == 0 && tables == 0) return Content::none;
  if (id != application_id) return usage_error("not a spool: give another --spool");
  if (version < oldest_version || version > schema_version)
    return usage_error(
        "a spool of another version: finish it with the program version that made it, or give another "
        "--spool");
  const auto health = TRY(database.text("PRAGMA quick_check(1)"));
  if (health != "ok") return fail("damaged (" + one_line(health) + "); " + damaged_spool_remedy);
  return Content::spool;
}

// SQLite takes an empty file for a new one, and would throw away the log that holds all its content.
Result<void> check_for_orphaned_log(const std::filesystem::path& file) {
  std::error_code absent;
  const auto bytes = [&absent](const std::filesystem::path& path) {
    const auto size = std::filesystem::file_size(path, absent);
    return absent ? std::uintmax_t{0} : size;
  };
  if (bytes(file) > 0 || bytes(file.string() + "-wal") == 0) return {};
  return fail("damaged (the file is missing or empty, its -wal is there); " +
              std::string(damaged_spool_remedy));
}

Result<void> prepare(sqlite::Database& database, const std::filesystem::path& file) {
  const auto content = look_at(database);
  if (!content) {
    if (database.trouble() == sqlite::Trouble::corrupt)
      return fail("damaged (" + content.error().message + "); " + damaged_spool_remedy);
    return Failure(content.error());
  }
  // The folder may have been there before, open to others; -wal and -shm take their mode from this file.
  std::error_code error;
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
                               error);
  if (error) return fail("cannot set its permissions: " + error.message());
  TRY(database.execute(connection_settings));
  return *content == Content::none ? create_schema(database) : database.renew_log();
}

}  // namespace

Result<sqlite::Database> open_spool_file(const std::filesystem::path& file) {
  const std::string where = "spool " + file.string();
  TRY_IN(where, check_for_orphaned_log(file));
  auto database = TRY(sqlite::Database::open(file, sqlite::Access::create));
  database.at_close(sqlite::Database::LogAtClose::left);
  TRY_IN(where, prepare(database, file));
  return database;
}

Result<void> renew_spool_form(sqlite::Database& database, std::string_view name_key) {
  const auto version = TRY(database.integer("PRAGMA user_version"));
  if (version == schema_version) return {};
  auto transaction = TRY(database.begin_immediate());
  const std::string renewal =
      "ALTER TABLE device RENAME COLUMN name_digest TO name_mark;" + addition_of_version_3();
  TRY(database.execute(renewal));
  const auto secret = TRY(database.text("SELECT value FROM spool WHERE name = 'name_secret'"));
  TRY(mark_names(database, NameMarks(secret, name_key)));
  TRY(transaction.commit());
  TRY(database.checkpoint_truncate());
  return {};
}

}  // namespace stedi::firmware
