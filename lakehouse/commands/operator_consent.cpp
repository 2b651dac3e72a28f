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
  const auto key = LedgerKey::of_store(store);
  if (!key) return Failure(key.error());
  auto ledger = sqlite::Database::open(ledger_file(store), sqlite::Access::read_only);
  if (!ledger) return Failure(ledger.error());
  auto rows = ledger->prepare(
      "SELECT entry, received, statement, counts_at, cause, origin, effect, granted_from, changed "
      "FROM consent_ledger WHERE subject = ? ORDER BY entry");
  if (!rows) return Failure(rows.error());
  rows->bind_all(key->subject(person.email));
  return read_table(*rows);
}

// ---- An operator's statement

Result<std::optional<std::int64_t>> land(sqlite::Database& landing, landing::Inserter& inserter,
                                         const ConsentEvent& event, std::int64_t now_ms) {
  auto transaction = landing.begin_immediate();
  if (!transaction) return Failure(transaction.error());
  if (auto begun = inserter.begin(); !begun) return Failure(begun.error());
  auto subject = inserter.dictionary().find_subject(event.email);
  if (!subject || !*subject) return subject;  // gone in the meantime
  const auto source_id = inserter.source_id("operator", Stream::consent, "", "");
  if (!source_id) return Failure(source_id.error());
  const std::int64_t first_id = inserter.next_id(Stream::consent);
  if (auto added = inserter.add(event, now_ms); !added) return Failure(added.error());
  inserter.add_batch({*source_id, std::nullopt, std::nullopt, now_ms, first_id, 1, 0});
  if (auto flushed = inserter.flush(); !flushed) return Failure(flushed.error());
  if (auto committed = transaction->commit(); !committed) return Failure(committed.error());
  return subject;
}

Result<void> land_statement(const StoreFolder& store, const ConsentEvent& event, const Clock& clock) {
  auto landing = landing::open_landing_for_writing(store.dir, clock);
  if (!landing) return Failure(landing.error());
  auto inserter = landing::Inserter::open(*landing);
  if (!inserter) return in_context("landing.db", inserter.error());
  const auto landed = land(*landing, **inserter, event, clock.wall_ms());
  if (!landed) return in_context("landing.db", landed.error());
  if (!*landed) return fail("nobody with this email is known to the store any more");
  return {};
}

// ---- Every profile

std::string zones_name(Profile profile) {
  return "zones-" + std::string(profile_name(profile)) + ".db";
}

Result<void> empty_log_of(const StoreFolder& store, Profile profile, milliseconds patience) {
  const auto file = landing::zones_file(store.dir, profile_name(profile));
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return {};
  auto zones = sqlite::Database::open(file, sqlite::Access::read_write);
  if (!zones) return Failure(zones.error());
  const auto emptied = empty_log(*zones, patience.count());
  if (!emptied) return in_context(zones_name(profile), emptied.error());
  if (*emptied) return {};
  return fail("the statement is in force and the tables follow it, but a reader of " + zones_name(profile) +
              " holds deleted rows in its log: end that reader and run the command again");
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
  auto landing = landing::open_landing_for_reading(store.dir);
  if (!landing) return Failure(landing.error());
  const auto person = find_person(*landing, "main", email);
  if (!person) return Failure(person.error());
  if (auto recorded = record_consent(store, *landing, "main", clock); !recorded)
    return Failure(recorded.error());
  auto consent = consent_of(*landing, "main", *person);
  if (!consent) return Failure(consent.error());
  auto entries = entries_of(store, *person);
  if (!entries) return in_context("consent ledger", entries.error());
  return ConsentShown{*std::move(consent), *std::move(entries)};
}

Result<std::string> identity_of(const StoreFolder& store, std::string_view email) {
  auto landing = landing::open_landing_for_reading(store.dir);
  if (!landing) return Failure(landing.error());
  auto person = find_person(*landing, "main", email);
  if (!person) return Failure(person.error());
  return person->email;
}

}  // namespace

Result<ConsentShown> show_consent(const StoreFolder& store, std::string_view email, const Clock& clock) {
  auto done = shown(store, email, clock);
  return done ? done : in_context("consent", done.error());
}

Result<ConsentShown> say_consent(const StoreFolder& store, std::string_view email,
                                 ConsentEvent::Action action, std::optional<std::int64_t> at_ms,
                                 const Clock& clock, milliseconds reader_patience) {
  auto identity = identity_of(store, email);
  if (!identity) return in_context("consent", identity.error());
  // Until all of it is done: no restored store may come between landing it and following it.
  const auto use = landing::StoreUse::share(store.dir);
  if (!use) return in_context("consent", use.error());
  const ConsentEvent event{*identity, "research", action, at_ms.value_or(clock.wall_ms()), ""};
  if (auto landed = land_statement(store, event, clock); !landed)
    return in_context("consent", landed.error());
  if (auto clean = clean_every_profile(store, clock, reader_patience); !clean)
    return in_context("consent", clean.error());
  return show_consent(store, *identity, clock);
}

}  // namespace stedi::lakehouse
