#include "lakehouse/runner/incremental.hpp"

#include <array>

#include "lakehouse/runner/comma_separated.hpp"
#include "lakehouse/runner/dirty_cells.hpp"
#include "lakehouse/runner/full.hpp"
#include "lakehouse/runner/landed_index.hpp"
#include "lakehouse/runner/shadows.hpp"
#include "lakehouse/runner/table_io.hpp"
#include "lakehouse/tables/sql_files.hpp"

namespace stedi::lakehouse {

namespace {

std::string between(const Cursor& read, const Cursor& landed, std::string_view table) {
  return "ingest_id > " + std::to_string(read.of(table)) +
         " AND ingest_id <= " + std::to_string(landed.of(table));
}

// ---- The work tables

Result<void> make_work_tables(sqlite::Database& zones, const std::vector<Job>& jobs) {
  const auto there =
      TRY(zones.integer("SELECT COUNT(*) FROM temp.sqlite_schema WHERE name = 'new_customer'"));
  if (there > 0) return {};
  TRY(make_cell_tables(zones));
  TRY(zones.execute(sql_text("incremental/work.sql")));
  for (const SensorTable& readings : sensor_tables()) {
    const std::string sql = sql_about(readings,
                                      "CREATE TEMP TABLE new_{stream} ({owner_id} INTEGER NOT NULL, from_ms "
                                      "INTEGER NOT NULL, to_ms INTEGER NOT NULL)");
    TRY(zones.execute(sql));
  }
  for (const Job& job : jobs) {
    const auto columns = TRY_IN("job " + job.name, columns_of(zones, job));
    const std::string as_select = " AS SELECT " + comma_separated(columns);
    const std::string none = " FROM main." + rows_table(job.name) + " LIMIT 0;";
    TRY(zones.execute("CREATE TEMP TABLE made_" + job.name + as_select + none + "CREATE TEMP TABLE changed_" +
                      job.name + as_select + ", 0 AS is_new" + none));
  }
  return {};
}

Result<void> empty_work_tables(sqlite::Database& zones, const std::vector<Job>& jobs) {
  static constexpr std::array<std::string_view, 4> landed = {"new_customer", "new_consent", "new_pairing",
                                                             "removed"};
  std::string sql;
  for (const SensorTable& readings : sensor_tables())
    sql += sql_about(readings, "DELETE FROM temp.new_{stream};");
  for (const std::string_view table : landed) sql += "DELETE FROM temp." + std::string(table) + ";";
  for (const Job& job : jobs) {
    sql += "DELETE FROM temp.made_" + job.name + ";DELETE FROM temp.changed_" + job.name + ";";
  }
  return zones.execute(sql);
}

// ---- What has landed and left

Result<void> fill_spans(sqlite::Database& zones, const std::string& table, const std::vector<Span>& spans) {
  auto insert = TRY(zones.prepare("INSERT INTO temp." + table + " VALUES (?, ?, ?)"));
  for (const Span& span : spans) TRY(insert.run(span.id, span.from_ms, span.to_ms));
  return {};
}

Result<void> take_in_readings(sqlite::Database& zones, const SensorTable& readings, const Cursor& read,
                              const Cursor& landed, const IndexLimits& limits) {
  std::vector<Span> spans;
  TRY(index_readings(zones, readings, read, landed, &spans, limits));
  TRY(narrow_row_spans(zones, readings, read, landed));
  merge_spans(spans, merge_spans_within_ms);
  return fill_spans(zones, "new_" + std::string(readings.name), spans);
}

Result<void> take_in(sqlite::Database& zones, const Cursor& read, const Cursor& landed,
                     const IndexLimits& limits) {
  TRY(index_records(zones, read, landed));
  for (const SensorTable& readings : sensor_tables()) {
    TRY(take_in_readings(zones, readings, read, landed, limits));
  }
  return zones.execute(
      "INSERT INTO temp.new_customer SELECT subject_id, trainer_id FROM landing.customer WHERE " +
      between(read, landed, "customer") +
      ";INSERT INTO temp.new_consent SELECT subject_id FROM landing.consent WHERE " +
      between(read, landed, "consent") +
      ";INSERT INTO temp.new_pairing SELECT trainer_id FROM landing.pairing WHERE " +
      between(read, landed, "pairing") +
      ";INSERT INTO temp.removed SELECT subject_id, trainer_id, from_ms, to_ms FROM landing.removed_cell "
      "WHERE removal_id > " +
      std::to_string(read.removal_id) + " AND removal_id <= " + std::to_string(landed.removal_id));
}

// ---- One table

Result<std::string> key_columns(sqlite::Database& zones, const std::string& table) {
  return zones.text("SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_table_info('" + table +
                    "', 'main') WHERE pk > 0 ORDER BY pk)");
}

Result<void> make_dirty_cells(sqlite::Database& zones, const Job& job, const std::string& columns) {
  TRY(stand_shadows(zones, job));
  TRY(zones.execute("INSERT INTO temp.made_" + job.name + " (" + columns + ")\n" + job.select));
  return drop_shadows(zones, job);
}

// Writes the difference alone: a page that stays as it is costs nothing.
Result<void> apply_difference(sqlite::Database& zones, const Job& job, const std::string& columns,
                              TableRun& run) {
  const std::string table = rows_table(job.name);
  const auto old_rows = TRY(rows_in_dirty_cells(zones, "main", table, cell_of(job)));
  const auto key = TRY(key_columns(zones, table));
  const std::string old = "SELECT " + columns + " FROM (" + old_rows + ")";
  const std::string made = "SELECT " + columns + " FROM temp.made_" + job.name;
  const std::string changed = "temp.changed_" + job.name;
  TRY(zones.execute("INSERT INTO " + changed + " SELECT " + columns + ", 0 FROM (" + old + " EXCEPT " + made +
                    ");INSERT INTO " + changed + " SELECT " + columns + ", 1 FROM (" + made + " EXCEPT " +
                    old + ")"));
  TRY(zones.execute("DELETE FROM main." + table + " WHERE (" + key + ") IN (SELECT " + key + " FROM " +
                    changed + " WHERE is_new = 0)"));
  run.removed = zones.changed_rows();
  TRY(zones.execute("INSERT INTO main." + table + " (" + columns + ") SELECT " + columns + " FROM " +
                    changed + " WHERE is_new = 1"));
  run.added = zones.changed_rows();
  return {};
}

Result<std::int64_t> rows_so_far(sqlite::Database& zones, const Job& job) {
  return zones.integer("SELECT row_count FROM catalog_table WHERE table_name = '" + job.name + "'");
}

Result<TableRun> bring_up_to_date(sqlite::Database& zones, const Job& job, const Clock& clock) {
  TableRun run;
  run.table = job.name;
  run.started_ms = clock.wall_ms();
  const auto rows = TRY(rows_so_far(zones, job));
  const auto dirty = TRY(find_dirty_cells(zones, job));
  if (dirty) {
    const auto columns = TRY(columns_of(zones, job));
    const std::string names = comma_separated(columns);
    TRY(make_dirty_cells(zones, job, names));
    TRY(apply_difference(zones, job, names, run));
  }
  run.rows = rows + run.added - run.removed;
  run.finished_ms = clock.wall_ms();
  return run;
}

}  // namespace

Result<std::vector<TableRun>> apply_changes(sqlite::Database& zones, const std::vector<Job>& jobs,
                                            const Cursor& read, const Cursor& landed, const Clock& clock,
                                            const RunSeams& seams, const std::set<std::string>& outdated) {
  TRY(make_work_tables(zones, jobs));
  TRY(empty_work_tables(zones, jobs));
  TRY_IN("landing.db", take_in(zones, read, landed, seams.index));
  std::vector<TableRun> tables;
  for (const Job& job : jobs) {
    auto table = TRY_IN("job " + job.name, outdated.contains(job.name) ? recompute(zones, job, clock, seams)
                                                                       : bring_up_to_date(zones, job, clock));
    tables.push_back(std::move(table));
    if (!seams.after) continue;
    TRY(seams.after(job.name));
  }
  return tables;
}

}  // namespace stedi::lakehouse
