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
  const auto application = TRY(ledger.integer("PRAGMA application_id"));
  if (application != ledger_application_id) return fail("is not a consent ledger; move it away");
  const auto version = TRY(ledger.integer("PRAGMA user_version"));
  if (version > ledger_version) return fail("was written by a newer version of this program; use that one");
  const auto uuid = TRY(ledger.text("SELECT value FROM meta WHERE name = 'store_uuid'"));
  if (uuid != store_uuid) return fail("belongs to another store; move it away");
  return {};
}

Result<void> make_schema(sqlite::Database& ledger, const std::string& store_uuid) {
  const std::string schema = std::string(ddl::ledger_sql) +
                             "PRAGMA application_id=" + std::to_string(ledger_application_id) +
                             ";PRAGMA user_version=" + std::to_string(ledger_version);
  TRY(ledger.execute(schema));
  return ledger.run("INSERT INTO meta VALUES ('store_uuid', ?)", store_uuid);
}

Result<sqlite::Database> open_ledger(const StoreFolder& store, const std::string& store_uuid) {
  sqlite::remove_abandoned_drafts(ledger_file(store));
  auto ledger = TRY(sqlite::Database::open(ledger_file(store), sqlite::Access::read_write));
  auto ready = check_is_ours(ledger, store_uuid);
  if (ready) {
    ready = ledger.execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
        "PRAGMA temp_store = MEMORY");
  }
  if (!ready) return in_context("ledger.db", ready.error());
  return ledger;
}

Result<StatementCursor> read_cursor(sqlite::Database& ledger) {
  StatementCursor cursor;
  TRY(ledger.each_row("SELECT landing_table, ingest_id FROM read_up_to",
                      [&](std::string_view table, std::int64_t last) {
                        (table == "customer" ? cursor.customer : cursor.consent) = last;
                      }));
  return cursor;
}

Result<void> save_cursor(sqlite::Database& ledger, const StatementCursor& cursor) {
  auto save = TRY(ledger.prepare("INSERT OR REPLACE INTO read_up_to VALUES (?, ?)"));
  const std::array<std::pair<std::string_view, std::int64_t>, 2> rows = {
      {{"customer", cursor.customer}, {"consent", cursor.consent}}};
  for (const auto& [table, ingest_id] : rows) TRY(save.run(table, ingest_id));
  return {};
}

Result<LedgerHead> read_head(sqlite::Database& ledger) {
  const auto last = TRY(ledger.one_row<std::int64_t, std::string>(
      "SELECT entry, seal FROM consent_ledger WHERE entry < ? ORDER BY entry DESC LIMIT 1",
      limits::max_integer));
  return last ? LedgerHead{std::get<0>(*last), std::get<1>(*last)} : LedgerHead{};
}

struct Appended {
  LedgerHead before, head;
};

// In one transaction; where the chain ended before and ends then.
Result<Appended> append_new(const StoreFolder& store, sqlite::Database& ledger, sqlite::Database& reader,
                            const std::string& schema, const std::string& store_uuid, const Clock& clock,
                            std::size_t held_people) {
  auto transaction = TRY(ledger.begin_immediate());
  const auto recorded = TRY(read_cursor(ledger));
  const auto head = TRY(read_head(ledger));
  auto landed = TRY(LandedStatements::open(reader, schema));
  const auto last = TRY(landed.last());
  const auto key = TRY(LedgerKey::of_store(store));
  auto appender = TRY(Appender::open(ledger, reader, schema, key, {store_uuid, head, recorded}, held_people));
  TRY(appender.append_all(clock.wall_ms()));
  const StatementCursor read{std::max(recorded.customer, last.customer),
                             std::max(recorded.consent, last.consent)};
  TRY(save_cursor(ledger, read));
  TRY(transaction.commit());
  return Appended{head, appender.head()};
}

// The first entries go into a file that nobody sees before it is whole.
Result<Appended> make_ledger(const StoreFolder& store, sqlite::Database& reader, const std::string& schema,
                             const std::string& store_uuid, const Clock& clock, std::size_t held_people) {
  auto draft = TRY(sqlite::NewDatabase::begin(ledger_file(store)));
  auto ledger = TRY(draft.open());
  TRY(ledger.execute("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY"));
  TRY(make_schema(ledger, store_uuid));
  auto appended = TRY(append_new(store, ledger, reader, schema, store_uuid, clock, held_people));
  const auto published = TRY(draft.publish(std::move(ledger)));
  if (published == sqlite::NewDatabase::Published::by_us) return appended;
  return fail("another program created ledger.db meanwhile without the lock; run again");
}

// Whether the ledger has read everything and is anchored; a quick look without a lock.
Result<bool> is_current(const StoreFolder& store, const StatementCursor& last,
                        const std::string& store_uuid) {
  std::error_code error;
  if (!std::filesystem::exists(ledger_file(store), error)) return last == StatementCursor{};
  auto ledger = TRY(open_ledger(store, store_uuid));
  const auto recorded = TRY(read_cursor(ledger));
  if (recorded.customer < last.customer || recorded.consent < last.consent) return false;
  const auto head = TRY(read_head(ledger));
  const auto anchors = TRY(read_anchors(store, store_uuid));
  return head.entries == 0 || (!anchors.empty() && anchors.back() == head);
}

Result<void> bring_up_to_date(const StoreFolder& store, sqlite::Database& reader, const std::string& schema,
                              const Clock& clock, std::size_t held_people) {
  const auto uuid = TRY(reader.text("SELECT store_uuid FROM " + schema + ".store"));
  auto landed = TRY(LandedStatements::open(reader, schema));
  const auto last = TRY(landed.last());
  const auto current = TRY(is_current(store, last, uuid));
  if (current) return {};
  const auto lock = TRY(lock_for_run(store.dir / "ledger.lock"));
  const auto appended = TRY([&]() -> Result<Appended> {
    std::error_code error;
    if (!std::filesystem::exists(ledger_file(store), error))
      return make_ledger(store, reader, schema, uuid, clock, held_people);
    auto ledger = TRY(open_ledger(store, uuid));
    return append_new(store, ledger, reader, schema, uuid, clock, held_people);
  }());
  auto ledger = TRY(open_ledger(store, uuid));
  return anchor(store, uuid, ledger, appended.before, appended.head);
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
  auto ledger = TRY(sqlite::Database::open(ledger_file(store), sqlite::Access::read_only));
  auto head = TRY_IN("ledger.db", read_head(ledger));
  return head;
}

}  // namespace stedi::lakehouse
