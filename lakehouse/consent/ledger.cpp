#include "lakehouse/consent/ledger.hpp"

#include <ledger_ddl.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include "core/record/limits.hpp"
#include "core/sqlite/new_database.hpp"
#include "lakehouse/consent/ledger_appender.hpp"
#include "lakehouse/consent/statement.hpp"
#include "lakehouse/store/ledger_key.hpp"

#include "lakehouse/store/run_lock.hpp"
#include "lakehouse/store/store_files.hpp"

namespace stedi::lakehouse {

namespace {

Result<void> check_is_ours(sqlite::Database& ledger, const std::string& store_uuid) {
  const auto application = ledger.integer("PRAGMA application_id");
  if (!application) return Failure(application.error());
  if (*application != ledger_application_id) return fail("is not a consent ledger; move it away");
  const auto version = ledger.integer("PRAGMA user_version");
  if (!version) return Failure(version.error());
  if (*version > ledger_version) return fail("was written by a newer version of this program; use that one");
  const auto uuid = ledger.text("SELECT value FROM meta WHERE name = 'store_uuid'");
  if (!uuid) return Failure(uuid.error());
  if (*uuid != store_uuid) return fail("belongs to another store; move it away");
  return {};
}

Result<void> make_schema(sqlite::Database& ledger, const std::string& store_uuid) {
  const std::string schema = std::string(ddl::ledger_sql) +
                             "PRAGMA application_id=" + std::to_string(ledger_application_id) +
                             ";PRAGMA user_version=" + std::to_string(ledger_version);
  if (auto done = ledger.execute(schema); !done) return done;
  auto insert = ledger.prepare("INSERT INTO meta VALUES ('store_uuid', ?)");
  if (!insert) return Failure(insert.error());
  insert->bind_all(store_uuid);
  return insert->run();
}

Result<sqlite::Database> open_ledger(const StoreFolder& store, const std::string& store_uuid) {
  sqlite::remove_abandoned_drafts(ledger_file(store));
  auto ledger = sqlite::Database::open(ledger_file(store), sqlite::Access::read_write);
  if (!ledger) return ledger;
  auto ready = check_is_ours(*ledger, store_uuid);
  if (ready) {
    ready = ledger->execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
        "PRAGMA temp_store = MEMORY");
  }
  if (!ready) return in_context("ledger.db", ready.error());
  return ledger;
}

Result<StatementCursor> read_cursor(sqlite::Database& ledger) {
  StatementCursor cursor;
  auto rows = ledger.prepare("SELECT landing_table, ingest_id FROM read_up_to");
  if (!rows) return Failure(rows.error());
  for (auto row = rows->step(); true; row = rows->step()) {
    if (!row) return Failure(row.error());
    if (!*row) return cursor;
    (rows->text(0) == "customer" ? cursor.customer : cursor.consent) = rows->integer(1);
  }
}

Result<void> save_cursor(sqlite::Database& ledger, const StatementCursor& cursor) {
  auto save = ledger.prepare("INSERT OR REPLACE INTO read_up_to VALUES (?, ?)");
  if (!save) return Failure(save.error());
  const std::array<std::pair<std::string_view, std::int64_t>, 2> rows = {
      {{"customer", cursor.customer}, {"consent", cursor.consent}}};
  for (const auto& [table, ingest_id] : rows) {
    save->bind_all(table, ingest_id);
    if (auto saved = save->run(); !saved) return saved;
  }
  return {};
}

Result<LedgerHead> read_head(sqlite::Database& ledger) {
  auto last = ledger.prepare("SELECT entry, seal FROM consent_ledger WHERE entry < " +
                             std::to_string(limits::max_integer) + " ORDER BY entry DESC LIMIT 1");
  if (!last) return Failure(last.error());
  const auto row = last->step();
  if (!row) return Failure(row.error());
  return *row ? LedgerHead{last->integer(0), std::string(last->text(1))} : LedgerHead{};
}

struct Appended {
  LedgerHead before, head;
};

// In one transaction; where the chain ended before and ends then.
Result<Appended> append_new(const StoreFolder& store, sqlite::Database& ledger, sqlite::Database& reader,
                            const std::string& schema, const std::string& store_uuid, const Clock& clock,
                            std::size_t held_people) {
  auto transaction = ledger.begin_immediate();
  if (!transaction) return Failure(transaction.error());
  const auto recorded = read_cursor(ledger);
  if (!recorded) return Failure(recorded.error());
  const auto head = read_head(ledger);
  if (!head) return Failure(head.error());
  auto landed = LandedStatements::open(reader, schema);
  if (!landed) return Failure(landed.error());
  const auto last = landed->last();
  if (!last) return Failure(last.error());
  const auto key = LedgerKey::of_store(store);
  if (!key) return Failure(key.error());
  auto appender = Appender::open(ledger, reader, schema, *key, {store_uuid, *head, *recorded}, held_people);
  if (!appender) return Failure(appender.error());
  if (auto appended = appender->append_all(clock.wall_ms()); !appended) return Failure(appended.error());
  const StatementCursor read{std::max(recorded->customer, last->customer),
                             std::max(recorded->consent, last->consent)};
  if (auto saved = save_cursor(ledger, read); !saved) return Failure(saved.error());
  if (auto committed = transaction->commit(); !committed) return Failure(committed.error());
  return Appended{*head, appender->head()};
}

// The first entries go into a file that nobody sees before it is whole.
Result<Appended> make_ledger(const StoreFolder& store, sqlite::Database& reader, const std::string& schema,
                             const std::string& store_uuid, const Clock& clock, std::size_t held_people) {
  auto draft = sqlite::NewDatabase::begin(ledger_file(store));
  if (!draft) return Failure(draft.error());
  auto ledger = draft->open();
  if (!ledger) return Failure(ledger.error());
  if (auto set = ledger->execute("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY"); !set)
    return Failure(set.error());
  if (auto made = make_schema(*ledger, store_uuid); !made) return Failure(made.error());
  auto appended = append_new(store, *ledger, reader, schema, store_uuid, clock, held_people);
  if (!appended) return appended;
  const auto published = draft->publish(*std::move(ledger));
  if (!published) return Failure(published.error());
  if (*published == sqlite::NewDatabase::Published::by_us) return appended;
  return fail("another program has made ledger.db meanwhile, without its lock; run again");
}

// Whether the ledger has read everything and is anchored; a quick look without a lock.
Result<bool> is_current(const StoreFolder& store, const StatementCursor& last,
                        const std::string& store_uuid) {
  std::error_code error;
  if (!std::filesystem::exists(ledger_file(store), error)) return last == StatementCursor{};
  auto ledger = open_ledger(store, store_uuid);
  if (!ledger) return Failure(ledger.error());
  const auto recorded = read_cursor(*ledger);
  if (!recorded) return Failure(recorded.error());
  if (recorded->customer < last.customer || recorded->consent < last.consent) return false;
  const auto head = read_head(*ledger);
  if (!head) return Failure(head.error());
  const auto anchors = read_anchors(store, store_uuid);
  if (!anchors) return Failure(anchors.error());
  return head->entries == 0 || (!anchors->empty() && anchors->back() == *head);
}

Result<void> bring_up_to_date(const StoreFolder& store, sqlite::Database& reader, const std::string& schema,
                              const Clock& clock, std::size_t held_people) {
  const auto uuid = reader.text("SELECT store_uuid FROM " + schema + ".store");
  if (!uuid) return Failure(uuid.error());
  auto landed = LandedStatements::open(reader, schema);
  if (!landed) return Failure(landed.error());
  const auto last = landed->last();
  if (!last) return Failure(last.error());
  const auto current = is_current(store, *last, *uuid);
  if (!current) return Failure(current.error());
  if (*current) return {};
  const auto lock = RunLock::acquire(store.dir / "ledger.lock");
  if (!lock) return Failure(lock.error());
  const auto appended = [&]() -> Result<Appended> {
    std::error_code error;
    if (!std::filesystem::exists(ledger_file(store), error))
      return make_ledger(store, reader, schema, *uuid, clock, held_people);
    auto ledger = open_ledger(store, *uuid);
    if (!ledger) return Failure(ledger.error());
    return append_new(store, *ledger, reader, schema, *uuid, clock, held_people);
  }();
  if (!appended) return Failure(appended.error());
  auto ledger = open_ledger(store, *uuid);
  if (!ledger) return Failure(ledger.error());
  return anchor(store, *uuid, *ledger, appended->before, appended->head);
}

}  // namespace

Result<void> record_consent(const StoreFolder& store, sqlite::Database& reader, std::string_view schema,
                            const Clock& clock, std::size_t held_people) {
  auto done = bring_up_to_date(store, reader, std::string(schema), clock, held_people);
  return done ? done : in_context("consent ledger", done.error());
}

Result<LedgerHead> ledger_head(const StoreFolder& store) {
  std::error_code error;
  if (!std::filesystem::exists(ledger_file(store), error)) return LedgerHead{};
  auto ledger = sqlite::Database::open(ledger_file(store), sqlite::Access::read_only);
  if (!ledger) return Failure(ledger.error());
  auto head = read_head(*ledger);
  if (!head) return in_context("ledger.db", head.error());
  return head;
}

}  // namespace stedi::lakehouse
