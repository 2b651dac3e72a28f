#include "lakehouse/commands/operator_consent.hpp"

#include "lakehouse/consent/ledger.hpp"
#include "lakehouse/landing/inserter.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/landing/store_use.hpp"
#include "lakehouse/runner/run.hpp"
#include "lakehouse/store/empty_log.hpp"
#include "lakehouse/store/ledger_key.hpp"
#include "lakehouse/store/store_files.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

namespace {

using std::chrono::milliseconds;

// ---- What the ledger says of a person

Result<Table> entries_of(const StoreFolder& store, const Person& person) {
  std::error_code error;
  if (!std::filesystem::exists(ledger_file(store), error)) return Table();
  const auto key = TRY(LedgerKey::of_store(store));
  auto ledger = TRY(sqlite::Database::open(ledger_file(store), sqlite::Access::read_only));
  auto rows = TRY(ledger.prepare(
      "SELECT entry, received, statement, counts_at, cause, origin, effect, granted_from, changed "
      "FROM consent_ledger WHERE subject = ? ORDER BY entry",
      key.subject(person.email)));
  return read_table(rows);
}

// ---- An operator's statement

Result<std::optional<std::int64_t>> land(sqlite::Database& landing, landing::Inserter& inserter,
                                         const ConsentEvent& event, std::int64_t now_ms) {
  auto transaction = TRY(landing.begin_immediate());
  TRY(inserter.begin());
  auto subject = inserter.dictionary().find_subject(event.email);
  if (!subject || !*subject) return subject;  // gone in the meantime
  const auto source_id = TRY(inserter.source_id("operator", Stream::consent, "", ""));
  const std::int64_t first_id = inserter.next_id(Stream::consent);
  TRY(inserter.add(event, now_ms));
  inserter.add_batch({source_id, std::nullopt, std::nullopt, now_ms, first_id, 1, 0});
  TRY(inserter.flush());
  TRY(transaction.commit());
  return subject;
}

Result<void> land_statement(const StoreFolder& store, const ConsentEvent& event, const Clock& clock) {
  auto landing = TRY(landing::open_landing_for_writing(store.dir, clock));
  auto inserter = TRY_IN("landing.db", landing::Inserter::open(landing));
  const auto landed = TRY_IN("landing.db", land(landing, *inserter, event, clock.wall_ms()));
  if (!landed) return fail("the store no longer knows this email");
  return {};
}

// ---- Every profile

Result<void> empty_log_of(const StoreFolder& store, Profile profile, milliseconds patience) {
  const auto file = zones_file(store.dir, profile);
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return {};
  auto zones = TRY(sqlite::Database::open(file, sqlite::Access::read_write));
  const auto emptied = TRY_IN(zones_name(profile), empty_log(zones, patience.count()));
  if (emptied) return {};
  return fail("the statement is recorded and the tables are updated, but an open reader of " +
              zones_name(profile) +
              " keeps deleted rows in its log: close that reader and run the command again");
}

Result<void> clean_every_profile(const StoreFolder& store, const Clock& clock, milliseconds patience) {
  std::optional<Error> first;
  const auto note = [&](const Result<void>& done) {
    if (!done && !first) first = done.error();
  };
  // One profile's trouble keeps no other from following.
  for (const Profile profile : all_profiles) {
    const auto applied = apply_pending_changes(store, profile, clock);
    note(applied ? empty_log_of(store, profile, patience) : Failure(applied.error()));
  }
  if (first) return Failure(*first);
  return {};
}

Result<ConsentShown> shown(const StoreFolder& store, std::string_view email, const Clock& clock) {
  auto landing = TRY(landing::open_landing_for_reading(store.dir));
  const auto person = TRY(find_person(landing, "main", email));
  TRY(record_consent(store, landing, "main", clock));
  auto consent = TRY(consent_of(landing, "main", person));
  auto entries = TRY_IN("consent ledger", entries_of(store, person));
  return ConsentShown{std::move(consent), std::move(entries)};
}

Result<std::string> identity_of(const StoreFolder& store, std::string_view email) {
  auto landing = TRY(landing::open_landing_for_reading(store.dir));
  auto person = TRY(find_person(landing, "main", email));
  return person.email;
}

}  // namespace

Result<ConsentShown> show_consent(const StoreFolder& store, std::string_view email, const Clock& clock) {
  auto done = shown(store, email, clock);
  return done ? done : in_context("consent", done.error());
}

Result<ConsentShown> say_consent(const StoreFolder& store, std::string_view email,
                                 ConsentEvent::Action action, std::optional<std::int64_t> at_ms,
                                 const Clock& clock, milliseconds reader_patience) {
  auto identity = TRY_IN("consent", identity_of(store, email));
  // Until all of it is done: no restored store may come between landing it and following it.
  const auto use = TRY_IN("consent", landing::StoreUse::share(store.dir));
  const ConsentEvent event{identity, "research", action, at_ms.value_or(clock.wall_ms()), ""};
  TRY_IN("consent", land_statement(store, event, clock));
  TRY_IN("consent", clean_every_profile(store, clock, reader_patience));
  return show_consent(store, identity, clock);
}

}  // namespace stedi::lakehouse
