#include "lakehouse/answers/validate.hpp"

#include <algorithm>

#include "core/record/sensor_table.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/answers/checks.hpp"
#include "lakehouse/answers/expectation.hpp"
#include "lakehouse/answers/reconciliation.hpp"
#include "lakehouse/answers/refused_statements.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/runner/run.hpp"
#include "lakehouse/store/zones.hpp"
#include "lakehouse/tables/job.hpp"

namespace stedi::lakehouse {

namespace {

void add_count(Validation& validation, std::string_view zone, std::string_view table, std::int64_t rows,
               std::optional<std::int64_t> expected) {
  const bool differs = expected && *expected != rows;
  Value shown;  // not by ?: on variants: g++ 12 then warns of reading an uninitialised string
  if (expected) shown = *expected;
  const std::string result = !expected ? "" : differs ? "DIFFERENT" : "ok";
  validation.tables.rows.push_back({std::string(zone), std::string(table), rows, shown, result});
  if (!differs) return;
  validation.add_difference(std::string(zone) + " " + std::string(table) + " has " + std::to_string(rows) +
                                " rows, expected " + std::to_string(*expected),
                            "correct the data or the expected counts");
}

Result<void> count_landing(sqlite::Database& database, const Expectation& expectation,
                           Validation& validation) {
  std::vector<std::string_view> always = {"customer"};
  for (const SensorTable& readings : sensor_tables()) always.push_back(readings.name);
  static constexpr std::array<std::string_view, 2> when_used = {"consent", "pairing"};
  const auto count = [&](std::string_view table) {
    return database.integer("SELECT COUNT(*) FROM landing." + std::string(table));
  };
  for (const std::string_view table : always) {
    const auto rows = TRY(count(table));
    add_count(validation, "landing", table, rows, expectation.rows("landing", table));
  }
  for (const std::string_view table : when_used) {
    const auto rows = TRY(count(table));
    const auto expected = expectation.rows("landing", table);
    if (rows > 0 || expected) add_count(validation, "landing", table, rows, expected);
  }
  const auto quarantined = TRY(count("quarantine"));
  add_count(validation, "landing", "quarantined", quarantined, expectation.rows("landing", "quarantined"));
  return {};
}

Result<void> count_zones(sqlite::Database& zones, Profile profile, const Expectation& expectation,
                         Validation& validation) {
  const std::string_view zone = profile_name(profile);
  for (const std::string_view table : zone_tables) {
    const auto rows = TRY_IN(std::string(zone) + " " + std::string(table),
                             zones.integer("SELECT COUNT(*) FROM main." + std::string(table)));
    add_count(validation, zone, table, rows, expectation.rows(zone, table));
  }
  return {};
}

enum class LandingPart { included, left_out };

Result<void> validate_profile(const StoreFolder& store, Profile profile, LandingPart landing,
                              const Expectation& expectation, Validation& validation) {
  const auto jobs = TRY(jobs_of(profile));
  auto zones = TRY(open_zones_for_reading(store, profile));
  // One snapshot of each file, so that all figures are of one instant.
  TRY(zones.execute("BEGIN"));
  if (landing == LandingPart::included) {
    TRY(count_landing(zones, expectation, validation));
    TRY(reconcile_landing(zones, validation));
    const auto refusals = TRY(refused_statements(zones, "landing"));
    for (const RefusedStatements& refused : refusals) validation.warnings.push_back(warning_of(refused));
  }
  TRY(count_zones(zones, profile, expectation, validation));
  TRY(run_checks(zones, profile, jobs, validation));
  return reconcile_zones(zones, profile, validation);
}

Result<std::vector<Profile>> profiles_to_validate(const StoreFolder& store, std::optional<Profile> asked) {
  if (asked) return std::vector{*asked};
  std::vector<Profile> profiles;
  for (const Profile profile : all_profiles) {
    const auto filled = TRY(has_been_run(store, profile));
    if (filled) profiles.push_back(profile);
  }
  if (profiles.empty()) return fail("validate: there are no tables yet; run `stedi-lakehouse run` first");
  return profiles;
}

// What is expected of a profile that nobody ran does not hold: silence would look like agreement.
void expect_of_profiles_not_run(const std::vector<Profile>& validated, const Expectation& expectation,
                                Validation& validation) {
  for (const Profile profile : all_profiles) {
    const std::string name(profile_name(profile));
    if (std::ranges::find(validated, profile) != validated.end() || !expectation.names(name)) continue;
    for (const std::string_view table : zone_tables) {
      const auto expected = expectation.rows(name, table);
      if (!expected) continue;
      validation.tables.rows.push_back(
          {name, std::string(table), std::monostate{}, *expected, std::string("DIFFERENT")});
    }
    validation.add_difference(name + " has not been run",
                              "`stedi-lakehouse run --profile " + name + "` builds the expected tables");
  }
}

}  // namespace

void Validation::add_difference(std::string what, const std::string& remedy) {
  differences.push_back(std::move(what));
  if (std::ranges::find(remedies, remedy) == remedies.end()) remedies.push_back(remedy);
}

Result<Validation> validate(const StoreFolder& store, std::optional<Profile> profile,
                            const std::optional<std::filesystem::path>& expect, const Clock& clock,
                            const Progress& progress) {
  Expectation expectation;
  if (expect) {
    expectation = TRY(Expectation::load(*expect));
  }
  TRY(landing::open_landing_for_reading(store.dir));
  const auto profiles = TRY(profiles_to_validate(store, profile));
  Validation validation;
  for (const Profile each : profiles) {
    if (progress) progress(profile_name(each));
    TRY(bring_consent_up_to_date(store, each, clock));
    const auto landing = each == profiles.front() ? LandingPart::included : LandingPart::left_out;
    TRY_IN("validate", validate_profile(store, each, landing, expectation, validation));
  }
  if (!profile) expect_of_profiles_not_run(profiles, expectation, validation);
  return validation;
}

}  // namespace stedi::lakehouse
