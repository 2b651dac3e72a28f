#include "lakehouse/landing/store.hpp"

#include <landing_ddl.hpp>
#include <memory>
#include <string>

#include "core/digest/digest.hpp"
#include "core/file/durable.hpp"
#include "core/sqlite/new_database.hpp"
#include "lakehouse/landing/migrate.hpp"

namespace stedi::landing {

namespace {

Failure refused(const std::filesystem::path& file, std::string_view why_and_remedy) {
  return fail(file.string() + ": " + std::string(why_and_remedy));
}

Result<void> create_schema(sqlite::Database& database, const Clock& clock) {
  for (const std::string_view script : {ddl::store_sql, ddl::customer_landing_sql, ddl::removed_cell_sql}) {
    TRY(database.execute(std::string(script)));
  }
  TRY(add_reading_tables(database));
  TRY(database.run("INSERT INTO store (store_uuid, epoch, created) VALUES (?, 1, ?)", random_id(),
                   clock.wall_ms()));
  return database.execute("PRAGMA application_id = " + std::to_string(application_id) +
                          "; PRAGMA user_version = " + std::to_string(landing_version));
}

// Two programs may find the file empty at once: the second one finds it made inside its transaction.
Result<void> create_if_empty(sqlite::Database& database, const Clock& clock) {
  auto transaction = TRY(database.begin_immediate());
  const auto tables = TRY(database.integer("SELECT count(*) FROM sqlite_master"));
  if (tables > 0) return {};
  TRY(create_schema(database, clock));
  return transaction.commit();
}

// Two programs may find it old at once: the second one finds it new inside its transaction.
Result<void> bring_up_to_date(sqlite::Database& database) {
  const auto before = TRY(database.integer("PRAGMA user_version"));
  if (before >= landing_version) return {};
  auto transaction = TRY(database.begin_immediate());
  const auto version = TRY(database.integer("PRAGMA user_version"));
  if (version >= landing_version) return {};
  TRY_IN("upgrading it from version " + std::to_string(version) + " to " + std::to_string(landing_version),
         migrate(database, version));
  return transaction.commit();
}

// SQLite drops a write-ahead log whose database is gone: what it holds was acknowledged, and would be lost
// for good.
Result<void> refuse_orphaned_log(const std::filesystem::path& file) {
  std::error_code error;
  const auto size_of = [&](const std::filesystem::path& path) {
    const auto size = std::filesystem::file_size(path, error);
    return error ? 0 : size;
  };
  const std::filesystem::path log = file.string() + "-wal";
  if (size_of(file) > 0 || size_of(log) == 0) return {};
  return refused(
      file, "is missing but its write-ahead log is there; nothing was changed: restore landing.db, or move " +
                log.filename().string() + " away to start a new store");
}

Result<void> prepare_folder(const std::filesystem::path& store_dir) {
  TRY_IN("store", make_durable_folder(store_dir));
  return refuse_orphaned_log(landing_file(store_dir));
}

// As little as a new store holds, whole from the first instant it can be seen.
Result<void> fill_new_store(sqlite::Database& database, const Clock& clock) {
  TRY(database.execute("PRAGMA auto_vacuum = INCREMENTAL"));
  return create_if_empty(database, clock);
}

// Before any setting is made: what is not ours stays as it is.
Result<void> check_unless_empty(sqlite::Database& database, const std::filesystem::path& file) {
  const auto tables = database.integer("SELECT count(*) FROM sqlite_master");
  if (tables && *tables == 0) return {};
  return check_landing(database, file);
}

// Before its first page is written. Said of a file that has pages, it would be a commit of its own.
Result<void> prepare_if_empty(sqlite::Database& database) {
  const auto pages = TRY(database.integer("PRAGMA page_count"));
  return pages > 0 ? Result<void>() : database.execute("PRAGMA auto_vacuum = INCREMENTAL");
}

Result<void> configure(sqlite::Database& database) {
  return database.execute(
      "PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = FULL;"
      "PRAGMA secure_delete = ON;"
      "PRAGMA temp_store = MEMORY;"
      "PRAGMA foreign_keys = OFF;"  // ids come from this process's own dictionary
      "PRAGMA cache_size = -8192;"
      "PRAGMA journal_size_limit = 67108864");
}

// A store that somebody copied is perhaps not in WAL mode. A writer of such a one that died left a journal,
// which only a connection that may write can roll back.
Result<void> roll_back_what_a_dead_writer_left(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file.string() + "-journal", error)) return {};
  auto database = TRY(sqlite::Database::open(file, sqlite::Access::read_write));
  TRY_IN(file.string(), database.integer("PRAGMA user_version"));
  return {};
}

Result<sqlite::Database> open_existing(const std::filesystem::path& store_dir) {
  const auto file = landing_file(store_dir);
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    return fail("there is no store at " + store_dir.string() +
                "; run the gateway or `stedi-lakehouse import` first");
  }
  TRY(roll_back_what_a_dead_writer_left(file));
  auto database = TRY(sqlite::Database::open(file, sqlite::Access::read_only));
  TRY_IN(file.string(), database.execute("PRAGMA temp_store = MEMORY"));
  TRY(check_landing(database, file));
  return database;
}

}  // namespace

std::filesystem::path landing_file(const std::filesystem::path& store_dir) {
  return store_dir / "landing.db";
}

Result<void> check_landing(sqlite::Database& database, const std::filesystem::path& file) {
  const auto application = database.integer("PRAGMA application_id");
  if (!application) {
    return refused(file,
                   "cannot be read (" + application.error().message +
                       "); nothing was changed: restore a backup, or move it away to start a new store");
  }
  if (*application != application_id) return refused(file, "is not a landing store; choose another --store");
  const auto version = TRY_IN(file.string(), database.integer("PRAGMA user_version"));
  if (version > landing_version) {
    return refused(file, "was written by a newer version of this program; use that version");
  }
  return {};
}

Result<std::optional<NewLanding>> begin_new_landing(const std::filesystem::path& store_dir,
                                                    const Clock& clock) {
  std::error_code error;
  const auto file = landing_file(store_dir);
  if (std::filesystem::exists(file, error)) return std::nullopt;
  TRY(prepare_folder(store_dir));
  auto use = TRY(StoreUse::share(store_dir));
  auto draft = TRY(sqlite::NewDatabase::begin(file));
  auto database = TRY_IN(file.string(), draft.open());
  TRY_IN(file.string(), fill_new_store(database, clock));
  TRY_IN(
      file.string(),
      database.execute("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192"));
  return NewLanding{std::move(use), std::move(draft), std::move(database)};
}

Result<sqlite::Database> open_landing_for_writing(const std::filesystem::path& store_dir, const Clock& clock,
                                                  int busy_ms) {
  const auto file = landing_file(store_dir);
  TRY(prepare_folder(store_dir));
  auto use = TRY(StoreUse::share(store_dir));
  const auto fill = [&](sqlite::Database& empty) { return fill_new_store(empty, clock); };
  TRY(sqlite::make_if_absent(file, fill));
  auto database = TRY(sqlite::Database::open(file, sqlite::Access::create, busy_ms));
  TRY(check_unless_empty(database, file));
  TRY_IN(file.string(), prepare_if_empty(database));
  TRY_IN(file.string(), configure(database));
  const auto renew = [&] { return database.renew_log(); };
  TRY_IN(file.string(), use.enter_log(renew));
  database.hold(std::make_shared<StoreUse>(std::move(use)));
  TRY_IN(file.string(), create_if_empty(database, clock));
  TRY(check_landing(database, file));
  TRY_IN(file.string(), bring_up_to_date(database));
  return database;
}

Result<void> migrate_landing(const std::filesystem::path& store_dir, const Clock& clock) {
  auto database = TRY(open_existing(store_dir));
  const auto version = TRY_IN(landing_file(store_dir).string(), database.integer("PRAGMA user_version"));
  if (version == landing_version) return {};
  TRY(open_landing_for_writing(store_dir, clock));
  return {};
}

Result<sqlite::Database> open_landing_for_reading(const std::filesystem::path& store_dir) {
  auto database = TRY(open_existing(store_dir));
  const auto version = TRY_IN(landing_file(store_dir).string(), database.integer("PRAGMA user_version"));
  if (version == landing_version) return database;
  // The clock dates a new store alone, which this is not.
  TRY(open_landing_for_writing(store_dir, SystemClock()));
  return open_existing(store_dir);
}

}  // namespace stedi::landing
