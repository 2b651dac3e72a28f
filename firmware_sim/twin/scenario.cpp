#include "firmware_sim/twin/scenario.hpp"

#include <algorithm>

#include "core/config/config_table.hpp"
#include "core/record/limits.hpp"

namespace stedi::firmware {

namespace {

constexpr std::int64_t most_people = 100'000;
constexpr std::int64_t most_instants = 100'000;
constexpr std::int64_t most_weight = 1'000'000'000;
constexpr std::int64_t most_seconds = std::int64_t{365} * 86'400;

void read_count(ConfigTable& table, std::string_view key, std::int64_t& value) {
  value = table.integer(key, value, 0, most_people);
}

void read_people(ConfigTable& table, TwinPeople& people) {
  people.count = table.integer("count", people.count, 1, most_people);
  read_count(table, "consenting", people.consenting);
  read_count(table, "consent_after_readings", people.consent_after_readings);
  read_count(table, "changed_later", people.changed_later);
  read_count(table, "moved", people.moved);
  read_count(table, "agreed_later", people.agreed_later);
  read_count(table, "withdrew", people.withdrew);
  read_count(table, "research_date_zero", people.research_date_zero);
  read_count(table, "research_date_text", people.research_date_text);
  read_count(table, "research_date_fractional", people.research_date_fractional);
  read_count(table, "null_dates", people.null_dates);
  read_count(table, "no_serial", people.no_serial);
  read_count(table, "strangers", people.strangers);
}

void read_readings(ConfigTable table, TwinReadings& readings) {
  readings.instants = table.integer("instants", readings.instants, 1, most_instants);
  readings.interval_least_ms = table.integer("interval_least_ms", readings.interval_least_ms, 1, 3'600'000);
  readings.interval_most_ms =
      table.integer("interval_most_ms", std::max(readings.interval_most_ms, readings.interval_least_ms),
                    readings.interval_least_ms, 3'600'000);
  readings.distance_least = table.integer("distance_least", readings.distance_least, 0, limits::max_integer);
  readings.distance_most =
      table.integer("distance_most", std::max(readings.distance_most, readings.distance_least),
                    readings.distance_least, limits::max_integer);
  ConfigTable rows = table.table("rows_per_instant");
  static constexpr std::array<std::string_view, 6> names = {"one", "two", "three", "four", "five", "six"};
  std::int64_t weights = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    readings.rows_per_instant[i] = rows.integer(names[i], readings.rows_per_instant[i], 0, most_weight);
    weights += readings.rows_per_instant[i];
  }
  if (weights == 0) rows.reject("one", "weights that are not all 0");
}

void read_defects(ConfigTable& table, TwinDefects& defects) {
  read_count(table, "duplicate_customers", defects.duplicate_customers);
  read_count(table, "duplicate_accelerometer", defects.duplicate_accelerometer);
  read_count(table, "duplicate_step_trainer", defects.duplicate_step_trainer);
  read_count(table, "emails_spelled_differently", defects.emails_spelled_differently);
  read_count(table, "padded_serials", defects.padded_serials);
  read_count(table, "shared_serials", defects.shared_serials);
  read_count(table, "clock_2099", defects.clock_2099);
  read_count(table, "unknown_fields", defects.unknown_fields);
  read_count(table, "malformed_customer", defects.malformed_customer);
  read_count(table, "malformed_accelerometer", defects.malformed_accelerometer);
  read_count(table, "malformed_step_trainer", defects.malformed_step_trainer);
}

void read_sittings(std::vector<ConfigTable> tables, std::vector<Sitting>& sittings) {
  for (ConfigTable& table : tables) {
    Sitting sitting;
    sitting.share = table.number("share", 1, 1e-9, 1e9);
    sitting.start_s = table.integer("start_s", 0, 0, most_seconds);
    sitting.spread_s = table.integer("spread_s", 0, 0, most_seconds);
    sittings.push_back(sitting);
  }
  if (sittings.empty()) sittings.push_back({1, 0, 600});
}

// Each defect needs people of its own, so that one does not hide another.
void check_people_suffice(ConfigTable& people_table, ConfigTable& defects_table,
                          const TwinScenario& scenario) {
  const TwinPeople& people = scenario.people;
  const TwinDefects& defects = scenario.defects;
  const std::int64_t consenting_parts =
      people.consent_after_readings + (people.changed_later + 1) / 2 + people.moved + people.agreed_later +
      people.no_serial + defects.duplicate_accelerometer + defects.duplicate_step_trainer +
      defects.emails_spelled_differently + defects.padded_serials + 2 * defects.shared_serials +
      defects.clock_2099 + defects.unknown_fields;
  const std::int64_t other_parts = people.changed_later / 2 + people.withdrew + people.research_date_zero +
                                   people.research_date_text + people.research_date_fractional;
  if (people.consenting < consenting_parts)
    people_table.reject("consenting", "at least as many as its parts and the defects");
  if (people.count - people.consenting < other_parts)
    people_table.reject("count", "consenting and all other parts together");
  if (people.null_dates > people.count) people_table.reject("null_dates", "at most people.count");
  if (defects.duplicate_customers > people.count)
    defects_table.reject("duplicate_customers", "at most people.count");
}

Result<TwinScenario> read(ConfigTable root) {
  TwinScenario scenario;
  ConfigTable people = root.table("people");
  ConfigTable defects = root.table("defects");
  if (root.text("kind", "") != "twin") root.reject("kind", "\"twin\"");
  scenario.name = root.text("name", scenario.name);
  scenario.seed = static_cast<std::uint64_t>(root.integer("seed", 1, 0, limits::max_integer));
  scenario.first_ms =
      root.integer("first_ms", scenario.first_ms, limits::earliest_plausible_ms, 4'000'000'000'000);
  scenario.registration_least_s =
      root.integer("registration_least_s", scenario.registration_least_s, -most_seconds, most_seconds);
  scenario.registration_most_s = root.integer("registration_most_s", scenario.registration_most_s,
                                              scenario.registration_least_s, most_seconds);
  read_people(people, scenario.people);
  read_readings(root.table("readings"), scenario.readings);
  read_sittings(root.tables("sitting"), scenario.sittings);
  read_defects(defects, scenario.defects);
  check_people_suffice(people, defects, scenario);
  TRY(root.finish());
  return scenario;
}

}  // namespace

Result<TwinScenario> load_twin_scenario(const std::filesystem::path& file) {
  auto table = TRY(ConfigTable::load(file));
  return read(std::move(table));
}

Result<TwinScenario> parse_twin_scenario(std::string_view text, std::string_view file_name) {
  auto table = TRY(ConfigTable::parse(text, file_name));
  return read(std::move(table));
}

}  // namespace stedi::firmware
