#include "lakehouse/answers/explain.hpp"

#include "lakehouse/answers/reasons.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/runner/run.hpp"
#include "lakehouse/store/zones.hpp"
#include "lakehouse/tables/job.hpp"
#include "lakehouse/tables/sql_files.hpp"

namespace stedi::lakehouse {

namespace {

// One snapshot of landing.db, attached as `landing`.
Result<sqlite::Database> open_snapshot(const StoreFolder& store) {
  TRY(landing::open_landing_for_reading(store.dir));
  auto database = TRY(sqlite::Database::in_memory());
  TRY_IN("landing.db", database.attach(landing::landing_file(store.dir), "landing"));
  TRY(database.execute("PRAGMA temp_store=MEMORY; PRAGMA query_only=ON; BEGIN"));
  return database;
}

// In front of a SELECT: the serials that ?1 ever carried or was paired with, and whose their readings are.
std::string with_owner() {
  const std::string concerned = " WHERE trainer_id IN (SELECT trainer_id FROM concerned)";
  return "WITH concerned AS (SELECT trainer_id FROM landing.customer WHERE subject_id = ?1 AND trainer_id IS "
         "NOT "
         "NULL UNION SELECT trainer_id FROM landing.pairing WHERE subject_id = ?1), "
         "customer AS (SELECT * FROM landing.customer" +
         concerned + "), pairing AS (SELECT * FROM landing.pairing" + concerned + "), owner AS (\n" +
         select_of("serial_owner") + "\n)\n";
}

std::string held_sql() {
  constexpr std::string_view place = "{readings}";
  std::string sql = sql_text("explain/held.sql");
  std::string readings;
  for (const SensorTable& table : sensor_tables())
    readings += sql_text("explain/held_{owner}_readings.sql", table);
  return sql.replace(sql.find(place), place.size(), readings);
}

Result<Table> table_of(sqlite::Database& database, const std::string& sql, std::int64_t subject_id) {
  auto rows = TRY(database.prepare(sql, subject_id));
  return read_table(rows);
}

Result<void> add_what_is_held(sqlite::Database& landing, const Person& person, Explanation& explanation) {
  const auto read = [&](const std::string& sql, Table& table) -> Result<void> {
    table = TRY(table_of(landing, sql, person.subject_id));
    return {};
  };
  auto done = read(with_owner() + held_sql(), explanation.held);
  if (done) done = read(sql_text("explain/customer_records.sql"), explanation.customer_records);
  if (done) done = read(sql_text("explain/consent_events.sql"), explanation.consent_events);
  if (done) done = read(sql_text("explain/serials.sql"), explanation.serials);
  return done;
}

Result<void> add_profile(const StoreFolder& store, Profile profile, const Person& person,
                         Explanation& explanation) {
  const auto filled = TRY(has_been_run(store, profile));
  if (!filled) {
    explanation.never_run.emplace_back(profile_name(profile));
    return {};
  }
  auto zones = TRY(open_zones_for_reading(store, profile));
  TRY(zones.execute("BEGIN"));
  return add_reasons(zones, profile, person.subject_id, explanation.reasons);
}

Result<Explanation> explain(const StoreFolder& store, std::string_view email, const Clock& clock) {
  Explanation explanation;
  {
    auto landing = TRY(open_snapshot(store));
    TRY(find_person(landing, "landing", email));
  }
  for (const Profile profile : all_profiles) TRY(apply_pending_changes(store, profile, clock));
  auto landing = TRY(open_snapshot(store));
  const auto person = TRY(find_person(landing, "landing", email));
  explanation.consent = TRY(consent_of(landing, "landing", person));
  TRY(add_what_is_held(landing, person, explanation));
  for (const Profile profile : all_profiles) {
    TRY_IN(profile_name(profile), add_profile(store, profile, person, explanation));
  }
  return explanation;
}

}  // namespace

Result<Explanation> explain_person(const StoreFolder& store, std::string_view email, const Clock& clock) {
  auto explanation = explain(store, email, clock);
  return explanation ? explanation : in_context("explain", explanation.error());
}

}  // namespace stedi::lakehouse
