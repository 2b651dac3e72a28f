#include "lakehouse/answers/status.hpp"

#include <string_view>

#include "core/record/sensor_table.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/answers/unread.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/store/zones.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

namespace {

Result<void> add_landing(sqlite::Database& landing, std::vector<TableStatus>& tables) {
  std::vector<std::string_view> names = {"customer", "consent", "pairing"};
  for (const SensorTable& readings : sensor_tables()) names.push_back(readings.name);
  names.emplace_back("quarantine");
  for (const std::string_view name : names) {
    const auto rows = landing.integer("SELECT COUNT(*) FROM " + std::string(name));
    if (!rows) return Failure(rows.error());
    tables.push_back({"landing", std::string(name), *rows});
  }
  return {};
}

Result<void> add_zones(const StoreFolder& store, Profile profile, std::vector<TableStatus>& tables) {
  const auto filled = has_been_run(store, profile);
  if (!filled) return Failure(filled.error());
  if (!*filled) return {};
  auto zones = open_zones_for_reading(store, profile);
  if (!zones) return Failure(zones.error());
  const auto unread = unread_of(*zones);
  if (!unread) return Failure(unread.error());
  std::int64_t landed_since = 0;
  for (const auto& [table, one] : *unread) landed_since += one.records;
  auto rows = zones->prepare(
      "SELECT made.table_name, made.row_count, run.finished_ms FROM catalog_table AS made "
      "JOIN catalog_run AS run ON run.run_id = made.run_id AND run.table_name = made.table_name "
      "ORDER BY made.place");
  if (!rows) return Failure(rows.error());
  for (auto row = rows->step(); true; row = rows->step()) {
    if (!row) return Failure(row.error());
    if (!*row) return {};
    tables.push_back({std::string(profile_name(profile)), std::string(rows->text(0)), rows->integer(1),
                      rows->integer(2), landed_since});
  }
}

}  // namespace

Result<std::vector<TableStatus>> status_of(const StoreFolder& store) {
  auto landing = landing::open_landing_for_reading(store.dir);
  if (!landing) return Failure(landing.error());
  std::vector<TableStatus> tables;
  if (auto added = add_landing(*landing, tables); !added) return in_context("landing.db", added.error());
  for (const Profile profile : all_profiles) {
    if (auto added = add_zones(store, profile, tables); !added) return in_context("status", added.error());
  }
  return tables;
}

}  // namespace stedi::lakehouse
