#include "firmware_sim/people/scenario.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "core/config/config_table.hpp"
#include "core/digest/digest.hpp"
#include "core/record/limits.hpp"
#include "firmware_sim/people/physics/accelerometer.hpp"
#include "firmware_sim/people/physics/distance_sensor.hpp"
#include "firmware_sim/spool/spool_options.hpp"

namespace stedi::firmware {

namespace {

constexpr double most_duration_s = 366.0 * 86'400;
constexpr std::int64_t latest_start_ms = 4'000'000'000'000;
constexpr std::int64_t most_steps = 10'000;
constexpr std::int64_t most_sittings = 100'000;
constexpr std::int64_t most_offset_ms = 3'600'000;
constexpr double least_sync_s = 1;
constexpr std::size_t most_name_bytes = 64;

double read_share(ConfigTable& table, std::string_view key, double fallback) {
  return table.number(key, fallback, 0, 1);
}

void read_consent(ConfigTable table, ConsentMix& consent) {
  consent.granted = read_share(table, "granted", consent.granted);
  consent.grants_later = read_share(table, "grants_later", 0);
  consent.withdraws = read_share(table, "withdraws", 0);
  consent.returns = read_share(table, "returns", 0);
  consent.without_record = read_share(table, "without_record", 0);
  const double sum =
      consent.granted + consent.grants_later + consent.withdraws + consent.returns + consent.without_record;
  constexpr double rounding = 1e-9;
  if (sum > 1 + rounding) table.reject("granted", "shares of 1 together");
}

void read_pairings(ConfigTable table, Pairings& pairings) {
  pairings.paired = read_share(table, "paired", 0);
  pairings.serial_defect = read_share(table, "serial_defect", 0);
  pairings.defect_serials = table.integer("defect_serials", pairings.defect_serials, 1, max_people);
  pairings.repaired = read_share(table, "repaired", 0);
}

void read_population(ConfigTable& table, Population& population) {
  population.count = table.integer("count", population.count, 1, max_people);
  population.age_least = table.integer("age_least", population.age_least, 20, 100);
  population.age_most = table.integer("age_most", std::max(population.age_most, population.age_least),
                                      population.age_least, 100);
  population.has_phone = table.flag("phone", true);
  population.has_trainer = table.flag("trainer", true);
  if (!population.has_phone && !population.has_trainer) table.reject("trainer", "true, or phone true");
}

ActivityKind read_activity_kind(ConfigTable& table) {
  const std::string name = table.text("kind", "");
  for (const auto& [known, kind] : activity_names) {
    if (name == known) return kind;
  }
  table.reject("kind", "\"steps\", \"stand\", \"turn\", \"walk_past\", \"sit\" or \"object\"");
  return ActivityKind::steps;
}

Activity read_activity(ConfigTable& table) {
  Activity activity;
  activity.kind = read_activity_kind(table);
  activity.share = table.number("share", 1, 1e-9, 1e9);
  if (activity.kind == ActivityKind::steps) {
    activity.least_steps = table.integer("least_steps", activity.least_steps, 1, most_steps);
    activity.most_steps = table.integer("most_steps", std::max(activity.most_steps, activity.least_steps),
                                        activity.least_steps, most_steps);
  } else {
    activity.least_s = table.number("least_s", activity.least_s, 0.1, 86'400);
    activity.most_s =
        table.number("most_s", std::max(activity.most_s, activity.least_s), activity.least_s, 86'400);
  }
  return activity;
}

Sittings read_sittings(ConfigTable table) {
  Sittings sittings;
  sittings.per_person = table.integer("per_person", sittings.per_person, 1, most_sittings);
  sittings.spread_s = table.number("spread_s", sittings.spread_s, 0, most_duration_s);
  sittings.every_s = table.number("every_s", sittings.every_s, 0, most_duration_s);
  sittings.length_s = table.number("length_s", sittings.length_s, 0, most_duration_s);
  return sittings;
}

Oscillator read_oscillator(ConfigTable& table) {
  const std::string name = table.text("oscillator", "crystal");
  if (name != "crystal" && name != "rc") table.reject("oscillator", "\"crystal\" or \"rc\"");
  return name == "rc" ? Oscillator::rc : Oscillator::crystal;
}

DeviceClock read_clock(ConfigTable table) {
  DeviceClock clock;
  clock.oscillator = read_oscillator(table);
  clock.start_offset_ms = table.number("start_offset_ms", 0, 0, most_offset_ms);
  clock.sync_every_s = table.number("sync_every_s", 0, 0, most_duration_s);
  clock.sync_error_ms = table.number("sync_error_ms", 0, 0, most_offset_ms);
  clock.boots_in_1970 = read_share(table, "boots_in_1970", 0);
  if (clock.sync_every_s > 0 && clock.sync_every_s < least_sync_s)
    table.reject("sync_every_s", "0 or at least 1");
  if (clock.boots_in_1970 > 0 && clock.sync_every_s <= 0)
    table.reject("sync_every_s", "more than 0 where boots_in_1970 is");
  return clock;
}

// A device's sensor and clock, whatever its kind; `find` finds a profile by name.
template <typename Device, typename Find>
void read_device(ConfigTable table, Device& device, Find find, std::string_view known_sensors) {
  device.sensor = table.text("sensor", device.sensor);
  const auto* profile = find(device.sensor);
  if (profile == nullptr) {
    table.reject("sensor", known_sensors);
    profile = find(Device().sensor);
  }
  device.rate_hz = table.number("rate_hz", profile->rate_hz, 0.001, profile->rate_hz);
  device.clock = read_clock(table.table("clock"));
}

std::string known_distance_sensors() {
  std::string names;
  for (const DistanceProfile& profile : distance_profiles())
    names.append(names.empty() ? "\"" : ", \"").append(profile.name) += '"';
  return "one of " + names;
}

std::string known_accelerometers() {
  std::string names;
  for (const AccelerometerProfile& profile : accelerometer_profiles())
    names.append(names.empty() ? "\"" : ", \"").append(profile.name) += '"';
  return "one of " + names;
}

void read_limits(ConfigTable table, DeviceLimits& device_limits) {
  constexpr auto least_spool_bytes = static_cast<std::int64_t>(min_spool_bytes);
  device_limits.spool_max_bytes = table.integer("spool_max_bytes", 0, 0, std::int64_t{1} << 40);
  if (device_limits.spool_max_bytes > 0 && device_limits.spool_max_bytes < least_spool_bytes)
    table.reject("spool_max_bytes", "0 or at least " + std::to_string(least_spool_bytes));
  device_limits.batch_records = table.integer("batch_records", 0, 0, limits::max_batch_records);
  device_limits.spool_policy = table.text("spool_policy", "");
  static constexpr std::array<std::string_view, 4> policies = {"", "wait", "drop_oldest", "drop_newest"};
  if (std::find(policies.begin(), policies.end(), device_limits.spool_policy) == policies.end())
    table.reject("spool_policy", "\"wait\", \"drop_oldest\" or \"drop_newest\"");
}

// It names files.
std::string read_name(ConfigTable& root) {
  std::string name = root.text("name", "");
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (name.empty() || name.size() > most_name_bytes || !std::all_of(name.begin(), name.end(), is_plain))
    root.reject("name", "1 to 64 of a-z, 0-9, - and _");
  return name;
}

void read_activities(ConfigTable& root, std::vector<Activity>& activities) {
  for (ConfigTable& table : root.tables("activity")) activities.push_back(read_activity(table));
  if (activities.empty()) root.reject("activity", "one [[activity]] at least");
}

Result<Scenario> read(ConfigTable root) {
  Scenario scenario;
  if (root.text("kind", "") != "people") root.reject("kind", "\"people\"");
  scenario.name = read_name(root);
  scenario.seed = static_cast<std::uint64_t>(root.integer("seed", 1, 0, limits::max_integer));
  scenario.start_ms =
      root.integer("start_ms", scenario.start_ms, limits::earliest_plausible_ms, latest_start_ms);
  scenario.duration_s = root.number("duration_s", scenario.duration_s, 1, most_duration_s);
  ConfigTable people = root.table("people");
  read_population(people, scenario.population);
  read_consent(people.table("consent"), scenario.population.consent);
  read_pairings(people.table("pairing"), scenario.population.pairings);
  scenario.sittings = read_sittings(root.table("sittings"));
  read_activities(root, scenario.activities);
  read_device(root.table("trainer"), scenario.trainer, find_distance_profile, known_distance_sensors());
  read_device(root.table("phone"), scenario.phone, find_accelerometer_profile, known_accelerometers());
  read_limits(root.table("limits"), scenario.limits);
  scenario.network = read_network(root.table("network"));
  scenario.faults = read_faults(root.table("faults"));
  TRY(root.finish());
  return scenario;
}

}  // namespace

Result<std::string> scenario_kind(const std::filesystem::path& file) {
  auto table = TRY(ConfigTable::load(file));
  return table.text("kind", "");
}

Result<Scenario> load_scenario(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::error_code error;
  if (!stream || std::filesystem::is_directory(file, error))
    return usage_error(file.string() + ": cannot be read");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return parse_scenario(text, file.string());
}

Result<Scenario> parse_scenario(std::string_view text, std::string_view file_name) {
  auto table = TRY(ConfigTable::parse(text, file_name));
  auto scenario = read(std::move(table));
  if (scenario) scenario->text_digest = hex(sha256(text));
  return scenario;
}

}  // namespace stedi::firmware
