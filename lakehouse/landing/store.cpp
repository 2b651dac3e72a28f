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
    if (auto made = database.execute(std::string(script)); !made) return made;
  }
  if (auto made = add_reading_tables(database); !made) return made;
  auto identity = database.prepare("INSERT INTO store (store_uuid, epoch, created) VALUES (?, 1, ?)");
  if (!identity) return Failure(identity.error());
  identity->bind_all(random_id(), clock.wall_ms());
  if (auto stored = identity->run(); !stored) return stored;
  return database.execute("PRAGMA application_id = " + std::to_string(application_id) +
                          "; PRAGMA user_version = " + std::to_string(landing_version));
}

// Two programs may find the file empty at once: the second one finds it made inside its transaction.
Result<void> create_if_empty(sqlite::Database& database, const Clock& clock) {
  auto transaction = database.begin_immediate();
  if (!transaction) return Failure(transaction.error());
  const auto tables = database.integer("SELECT count(*) FROM sqlite_master");
  if (!tables) return Failure(tables.error());
  if (*tables > 0) return {};
  if (auto made = create_schema(database, clock); !made) return made;
  return transaction->commit();
}

// Two programs may find it old at once: the second one finds it new inside its transaction.
Result<void> bring_up_to_date(sqlite::Database& database) {
  const auto before = database.integer("PRAGMA user_version");
  if (!before) return Failure(before.error());
  if (*before >= landing_version) return {};
  auto transaction = database.begin_immediate();
  if (!transaction) return Failure(transaction.error());
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return Failure(version.error());
  if (*version >= landing_version) return {};
  if (auto done = migrate(database, *version); !done)
    return in_context(
        "bringing it from version " + std::to_string(*version) + " to " + std::to_string(landing_version),
        done.error());
  return transaction->commit();
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
      file, "is gone but its write-ahead log is not; nothing was touched: put landing.db back, or move " +
                log.filename().string() + " away to start a new store");
}

Result<void> prepare_folder(const std::filesystem::path& store_dir) {
  if (auto made = make_durable_folder(store_dir); !made) return in_context("store", made.error());
  return refuse_orphaned_log(landing_file(store_dir));
}

// As little as a new store holds, whole from the first instant it can be seen.
Result<void> fill_new_store(sqlite::Database& database, const Clock& clock) {
  if (auto set = database.execute("PRAGMA auto_vacuum = INCREMENTAL"); !set) return set;
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
  const auto pages = database.integer("PRAGMA page_count");
  if (!pages) return Failure(pages.error());
  return *pages > 0 ? Result<void>() : database.execute("PRAGMA auto_vacuum = INCREMENTAL");
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

Result<sqlite::Database> open_existing(const std::filesystem::path& store_dir) {
  const auto file = landing_file(store_dir);
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    return fail("there is no store at " + store_dir.string() +
                "; run the gateway or `stedi-lakehouse import` first");
  }
  auto database = sqlite::Database::open(file, sqlite::Access::read_only);
  if (!database) return database;
  if (auto set = database->execute("PRAGMA temp_store = MEMORY"); !set)
    return in_context(file.string(), set.error());
  if (auto ours = check_landing(*database, file); !ours) return Failure(ours.error());
  return database;
}

}  // namespace

std::filesystem::path landing_file(const std::filesystem::path& store_dir) {
  return store_dir / "landing.db";
}

std::filesystem::path zones_file(const std::filesystem::path& store_dir, std::string_view profile) {
  return store_dir / ("zones-" + std::string(profile) + ".db");
}

Result<void> check_landing(sqlite::Database& database, const std::filesystem::path& file) {
  const auto application = database.integer("PRAGMA application_id");
  if (!application) {
    return refused(file,
                   "cannot be read (" + application.error().message +
                       "); it was left as it is: restore a backup, or move it away to start a new store");
  }
  if (*application != application_id) return refused(file, "is not a landing store; choose another --store");
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return in_context(file.string(), version.error());
  if (*version > landing_version) {
    return refused(file, "was written by a newer version of this program; use that version");
  }
  return {};
}

Result<std::optional<NewLanding>> begin_new_landing(const std::filesystem::path& store_dir,
                                                    const Clock& clock) {
  std::error_code error;
  const auto file = landing_file(store_dir);
  if (std::filesystem::exists(file, error)) return std::nullopt;
  if (auto placed = prepare_folder(store_dir); !placed) return Failure(placed.error());
  auto use = StoreUse::share(store_dir);
  if (!use) return Failure(use.error());
  auto draft = sqlite::NewDatabase::begin(file);
  if (!draft) return Failure(draft.error());
  auto database = draft->open();
  if (!database) return in_context(file.string(), database.error());
  if (auto filled = fill_new_store(*database, clock); !filled)
    return in_context(file.string(), filled.error());
  if (auto set = database->execute(
          "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192");
      !set)
    return in_context(file.string(), set.error());
  return NewLanding{*std::move(use), *std::move(draft), *std::move(database)};
}

Result<sqlite::Database> open_landing_for_writing(const std::filesystem::path& store_dir, const Clock& clock,
                                                  int busy_ms) {
  const auto file = landing_file(store_dir);
  if (auto placed = prepare_folder(store_dir); !placed) return Failure(placed.error());
  auto use = StoreUse::share(store_dir);
  if (!use) return Failure(use.error());
  const auto fill = [&](sqlite::Database& empty) { return fill_new_store(empty, clock); };
  if (auto made = sqlite::make_if_absent(file, fill); !made) return Failure(made.error());
  auto database = sqlite::Database::open(file, sqlite::Access::create, busy_ms);
  if (!database) return database;
  if (auto ours = check_unless_empty(*database, file); !ours) return Failure(ours.error());
  if (auto set = prepare_if_empty(*database); !set) return in_context(file.string(), set.error());
  if (auto set = configure(*database); !set) return in_context(file.string(), set.error());
  const auto renew = [&] { return database->renew_log(); };
  if (auto entered = use->enter_log(renew); !entered) return in_context(file.string(), entered.error());
  database->hold(std::make_shared<StoreUse>(std::move(*use)));
  if (auto made = create_if_empty(*database, clock); !made) return in_context(file.string(), made.error());
  if (auto ours = check_landing(*database, file); !ours) return Failure(ours.error());
  if (auto done = bring_up_to_date(*database); !done) return in_context(file.string(), done.error());
  return database;
}

Result<void> migrate_landing(const std::filesystem::path& store_dir, const Clock& clock) {
  auto database = open_existing(store_dir);
  if (!database) return Failure(database.error());
  const auto version = database->integer("PRAGMA user_version");
  if (!version) return in_context(landing_file(store_dir).string(), version.error());
  if (*version == landing_version) return {};
  const auto migrated = open_landing_for_writing(store_dir, clock);
  return migrated ? Result<void>() : Failure(migrated.error());
}

Result<sqlite::Database> open_landing_for_reading(const std::filesystem::path& store_dir) {
  auto database = open_existing(store_dir);
  if (!database) return database;
  const auto version = database->integer("PRAGMA user_version");
  if (!version) return in_context(landing_file(store_dir).string(), version.error());
  if (*version == landing_version) return database;
  // The clock dates a new store alone, which this is not.
  if (auto migrated = open_landing_for_writing(store_dir, SystemClock()); !migrated) return migrated;
  return open_existing(store_dir);
}

}  // namespace stedi::landing
