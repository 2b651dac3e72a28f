#include "lakehouse/answers/validate.hpp"

#include <algorithm>

#include "core/record/sensor_table.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/answers/checks.hpp"
#include "lakehouse/answers/expectation.hpp"
#include "lakehouse/answers/reconciliation.hpp"
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
                            "correct the data, or what is expected of it");
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
    const auto rows = count(table);
    if (!rows) return Failure(rows.error());
    add_count(validation, "landing", table, *rows, expectation.rows("landing", table));
  }
  for (const std::string_view table : when_used) {
    const auto rows = count(table);
    if (!rows) return Failure(rows.error());
    const auto expected = expectation.rows("landing", table);
    if (*rows > 0 || expected) add_count(validation, "landing", table, *rows, expected);
  }
  const auto quarantined = count("quarantine");
  if (!quarantined) return Failure(quarantined.error());
  add_count(validation, "landing", "quarantined", *quarantined, expectation.rows("landing", "quarantined"));
  return {};
}

Result<void> count_zones(sqlite::Database& zones, Profile profile, const Expectation& expectation,
                         Validation& validation) {
  const std::string_view zone = profile_name(profile);
  for (const std::string_view table : zone_tables) {
    const auto rows = zones.integer("SELECT COUNT(*) FROM main." + std::string(table));
    if (!rows) return in_context(std::string(zone) + " " + std::string(table), rows.error());
    add_count(validation, zone, table, *rows, expectation.rows(zone, table));
  }
  return {};
}

enum class LandingPart { included, left_out };

Result<void> validate_profile(const StoreFolder& store, Profile profile, LandingPart landing,
                              const Expectation& expectation, Validation& validation) {
  const auto jobs = jobs_of(profile);
  if (!jobs) return Failure(jobs.error());
  auto zones = open_zones_for_reading(store, profile);
  if (!zones) return Failure(zones.error());
  // One snapshot of each file, so that all figures are of one instant.
  if (auto begun = zones->execute("BEGIN"); !begun) return begun;
  if (landing == LandingPart::included) {
    if (auto counted = count_landing(*zones, expectation, validation); !counted) return counted;
    if (auto reconciled = reconcile_landing(*zones, validation); !reconciled) return reconciled;
  }
  if (auto counted = count_zones(*zones, profile, expectation, validation); !counted) return counted;
  if (auto checked = run_checks(*zones, profile, *jobs, validation); !checked) return checked;
  return reconcile_zones(*zones, profile, validation);
}

Result<std::vector<Profile>> profiles_to_validate(const StoreFolder& store, std::optional<Profile> asked) {
  if (asked) return std::vector{*asked};
  std::vector<Profile> profiles;
  for (const Profile profile : all_profiles) {
    const auto filled = has_been_run(store, profile);
    if (!filled) return Failure(filled.error());
    if (*filled) profiles.push_back(profile);
  }
  if (profiles.empty()) return fail("validate: nothing has been run yet; run `stedi-lakehouse run` first");
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
                              "`stedi-lakehouse run --profile " + name + "` makes what is expected of it");
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
    auto loaded = Expectation::load(*expect);
    if (!loaded) return Failure(loaded.error());
    expectation = *std::move(loaded);
  }
  if (auto landing = landing::open_landing_for_reading(store.dir); !landing) return Failure(landing.error());
  const auto profiles = profiles_to_validate(store, profile);
  if (!profiles) return Failure(profiles.error());
  Validation validation;
  for (const Profile each : *profiles) {
    if (progress) progress(profile_name(each));
    if (auto current = bring_consent_up_to_date(store, each, clock); !current)
      return Failure(current.error());
    const auto landing = each == profiles->front() ? LandingPart::included : LandingPart::left_out;
    if (auto done = validate_profile(store, each, landing, expectation, validation); !done) {
      return in_context("validate", done.error());
    }
  }
  if (!profile) expect_of_profiles_not_run(*profiles, expectation, validation);
  return validation;
}

}  // namespace stedi::lakehouse
