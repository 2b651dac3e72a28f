#include "lakehouse/runner/shadows.hpp"

#include <algorithm>
#include <array>

#include "lakehouse/tables/sql_files.hpp"

namespace stedi::lakehouse {

namespace {

CellKind cell_named(const std::string& scope) {
  if (scope == "by subject-day") return CellKind::span;
  return scope == "by serial" ? CellKind::serial : CellKind::subject;
}

// "scopes/customer_by_serial.sql"
std::string scope_file(const JobInput& input) {
  std::string name = input.table + "_" + input.scope;
  std::ranges::replace_if(
      name, [](char c) { return c == ' ' || c == '-'; }, '_');
  return "scopes/" + name + ".sql";
}

Result<std::string> time_column(sqlite::Database& zones, const std::string& table) {
  std::string names;
  for (const SensorTable& readings : sensor_tables())
    names += (names.empty() ? "'" : ", '") + std::string(readings.time) + "'";
  return zones.text("SELECT name FROM pragma_table_info('" + table + "', 'main') WHERE name IN (" + names +
                    ")");
}

// Landing tables with an index by person or serial of their own.
constexpr std::array<std::string_view, 4> indexed_landing_tables = {"customer", "consent", "subject",
                                                                    "trainer"};

// Zone tables are clustered by their cells; what landing.db has no index of is found as a file in scopes/
// says.
Result<std::string> shadow_of(sqlite::Database& zones, const JobInput& input) {
  const std::string path = scope_file(input);
  if (has_sql_text(path)) return sql_text(path);
  if (const SensorTable* readings = sensor_table(input.table); readings != nullptr)
    return sql_text("scopes/{owner}_readings_by_subject_day.sql", *readings);
  const bool has_own_index =
      std::ranges::find(indexed_landing_tables, input.table) != indexed_landing_tables.end();
  const std::string schema = has_own_index ? "landing" : "main";
  return rows_in_dirty_cells(zones, schema, rows_table(input.table), cell_named(input.scope));
}

}  // namespace

Result<std::string> rows_in_dirty_cells(sqlite::Database& zones, const std::string& schema,
                                        const std::string& table, CellKind cell) {
  const std::string rows = schema + "." + table;
  switch (cell) {
    case CellKind::subject:
      return "SELECT own.* FROM temp.dirty_subject AS cell CROSS JOIN " + rows +
             " AS own ON own.subject_id = cell.subject_id";
    case CellKind::serial:
      return "SELECT own.* FROM temp.dirty_serial AS cell CROSS JOIN " + rows +
             " AS own ON own.trainer_id = cell.trainer_id";
    case CellKind::span:
      break;
  }
  const auto time = TRY(time_column(zones, table));
  return "SELECT own.* FROM temp.dirty_span AS cell CROSS JOIN " + rows +
         " AS own ON own.subject_id = cell.subject_id AND own." + time + " >= cell.from_ms AND own." + time +
         " < cell.to_ms";
}

Result<void> stand_shadows(sqlite::Database& zones, const Job& job) {
  for (const JobInput& input : job.inputs) {
    if (input.scope == "whole") continue;
    const auto shadow = TRY(shadow_of(zones, input));
    TRY(zones.execute("CREATE TEMP VIEW " + rows_table(input.table) + " AS\n" + shadow));
  }
  return {};
}

Result<void> drop_shadows(sqlite::Database& zones, const Job& job) {
  for (const JobInput& input : job.inputs) {
    if (input.scope == "whole") continue;
    TRY(zones.execute("DROP VIEW temp." + rows_table(input.table)));
  }
  return {};
}

}  // namespace stedi::lakehouse
