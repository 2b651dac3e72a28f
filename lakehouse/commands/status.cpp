#include <cstdio>
#include <memory>

#include "core/sqlite/database.hpp"
#include "lakehouse/commands/commands.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/print/time_text.hpp"
#include "lakehouse/zones/zones.hpp"

namespace stedi::lakehouse {

namespace {

Result<void> add_landing(sqlite::Database& landing, Table& table) {
  static constexpr std::array<std::string_view, 6> tables = {"customer",      "consent",      "pairing",
                                                             "accelerometer", "step_trainer", "quarantine"};
  for (const std::string_view name : tables) {
    const auto rows = landing.integer("SELECT COUNT(*) FROM " + std::string(name));
    if (!rows) return Failure(rows.error());
    table.rows.push_back(
        {std::string("landing"), std::string(name), *rows, std::monostate{}, std::monostate{}});
  }
  return {};
}

// How many rows of the landing zone a profile has not read: ids are handed out one by one.
Result<std::int64_t> rows_behind(sqlite::Database& zones) {
  const auto read_up_to = read_zones_cursor(zones);
  if (!read_up_to) return Failure(read_up_to.error());
  const auto landed = read_landing_cursor(zones);
  if (!landed) return Failure(landed.error());
  std::int64_t behind = 0;
  for (const auto& [name, last] : landed->ingest_ids) {
    const auto found = read_up_to->ingest_ids.find(name);
    behind += last - (found == read_up_to->ingest_ids.end() ? 0 : found->second);
  }
  return behind;
}

Result<void> add_zones(const StoreFolder& store, Profile profile, Table& table) {
  const auto filled = has_been_run(store, profile);
  if (!filled) return Failure(filled.error());
  if (!*filled) return {};
  auto zones = open_zones_for_reading(store, profile);
  if (!zones) return Failure(zones.error());
  const auto behind = rows_behind(*zones);
  if (!behind) return Failure(behind.error());
  auto rows = zones->prepare(
      "SELECT made.table_name, made.row_count, run.finished_ms FROM catalog_table AS made "
      "JOIN catalog_run AS run ON run.run_id = made.run_id AND run.table_name = made.table_name "
      "ORDER BY made.place");
  if (!rows) return Failure(rows.error());
  for (auto row = rows->step(); true; row = rows->step()) {
    if (!row) return Failure(row.error());
    if (!*row) return {};
    table.rows.push_back({std::string(profile_name(profile)), std::string(rows->text(0)), rows->integer(1),
                          utc_text(rows->integer(2)), *behind});
  }
}

Result<void> status(const CommandLine& line, Format format) {
  const StoreFolder store = line.store();
  auto landing = landing::open_landing_for_reading(store.dir);
  if (!landing) return Failure(landing.error());
  Table table{{"zone", "table", "rows", "last_run", "landed_since"}, {}};
  if (auto added = add_landing(*landing, table); !added) return in_context("landing.db", added.error());
  for (const Profile profile : all_profiles) {
    if (auto added = add_zones(store, profile, table); !added) return in_context("status", added.error());
  }
  print(table, format);
  return {};
}

}  // namespace

void add_status(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("status", "What is in the store, and how far the tables are behind");
  auto format = std::make_shared<Format>(Format::table);
  add_json_flag(*command, *format);
  command->callback([&line, format] { line.chosen = [&line, format] { return status(line, *format); }; });
}

}  // namespace stedi::lakehouse
