#include "lakehouse/answers/status.hpp"

#include <string_view>

#include "core/record/sensor_table.hpp"
#include "core/sqlite/database.hpp"
#include "core/wire/topic.hpp"
#include "lakehouse/answers/refused_statements.hpp"
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
    const auto rows = TRY(landing.integer("SELECT COUNT(*) FROM " + std::string(name)));
    tables.push_back({"landing", std::string(name), rows});
  }
  const auto refusals = TRY(refused_statements(landing, "main"));
  for (const RefusedStatements& refused : refusals)
    tables.push_back(
        {"landing", "refused " + std::string(wire::stream_name(refused.stream)), refused.records});
  return {};
}

Result<void> add_zones(const StoreFolder& store, Profile profile, std::vector<TableStatus>& tables) {
  const auto filled = TRY(has_been_run(store, profile));
  if (!filled) return {};
  auto zones = TRY(open_zones_for_reading(store, profile));
  const auto unread = TRY(unread_of(zones));
  std::int64_t landed_since = 0;
  for (const auto& [table, one] : unread) landed_since += one.records;
  const std::string name(profile_name(profile));
  return zones.each_row(
      "SELECT made.table_name, made.row_count, run.finished_ms FROM catalog_table AS made "
      "JOIN catalog_run AS run ON run.run_id = made.run_id AND run.table_name = made.table_name "
      "ORDER BY made.place",
      [&](const std::string& table, std::int64_t rows, std::int64_t finished_ms) {
        tables.push_back({name, table, rows, finished_ms, landed_since});
      });
}

}  // namespace

Result<std::vector<TableStatus>> status_of(const StoreFolder& store) {
  auto landing = TRY(landing::open_landing_for_reading(store.dir));
  std::vector<TableStatus> tables;
  TRY_IN("landing.db", add_landing(landing, tables));
  for (const Profile profile : all_profiles) TRY_IN("status", add_zones(store, profile, tables));
  return tables;
}

}  // namespace stedi::lakehouse
