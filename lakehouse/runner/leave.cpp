#include "lakehouse/runner/leave.hpp"

#include "lakehouse/runner/incremental.hpp"
#include "lakehouse/tables/sql_files.hpp"

namespace stedi::lakehouse {

namespace {

Result<bool> somebody(sqlite::Database& zones, std::string_view file) {
  const auto people = TRY_IN(file, zones.integer(sql_text(file)));
  return people > 0;
}

// What temp tables of leaving/ hold of people.
Result<void> forget_leaving(sqlite::Database& zones) {
  std::string sql;
  for (const std::string_view table :
       {"leaving", "leaving_record", "leaving_accelerometer", "leaving_step_trainer", "leaving_pair"})
    sql += "DROP TABLE IF EXISTS temp." + std::string(table) + ";";
  return zones.execute(sql);
}

// Deletes the rows of one table that go.
Result<TableRun> leave_table(sqlite::Database& zones, const Job& job, const Clock& clock) {
  TableRun run;
  run.table = job.name;
  run.started_ms = clock.wall_ms();
  const auto rows =
      TRY(zones.integer("SELECT row_count FROM catalog_table WHERE table_name = '" + job.name + "'"));
  TRY(zones.execute(job.leaving));
  run.removed = zones.changed_rows();
  run.rows = rows - run.removed;
  run.finished_ms = clock.wall_ms();
  return run;
}

}  // namespace

bool consent_alone_has_changed(const Cursor& read, const Cursor& landed) {
  return read.store_uuid == landed.store_uuid && read.removal_id == landed.removal_id &&
         read.of("customer") == landed.of("customer");
}

Result<std::optional<std::vector<TableRun>>> take_out_withdrawn(sqlite::Database& zones,
                                                                const std::vector<Job>& jobs,
                                                                const Cursor& read, const Cursor& landed,
                                                                const Clock& clock) {
  TRY(forget_leaving(zones));
  auto tables = TRY(apply_changes(zones, {jobs.front()}, read, landed, clock, {}));  // subject_state
  TRY(zones.execute(sql_text("leaving/leaving.sql")));
  for (const std::string_view file : {"leaving/coming.sql", "leaving/sharing.sql"}) {
    const auto more = TRY(somebody(zones, file));
    if (more) return std::nullopt;
  }
  TRY(zones.execute(sql_text("leaving/rows.sql")));
  for (std::size_t i = 1; i < jobs.size(); ++i) {
    tables.push_back(TRY_IN("job " + jobs[i].name, leave_table(zones, jobs[i], clock)));
  }
  TRY(forget_leaving(zones));
  return std::optional(std::move(tables));
}

}  // namespace stedi::lakehouse
