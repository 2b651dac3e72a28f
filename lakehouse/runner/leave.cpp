#include "lakehouse/runner/leave.hpp"

#include "lakehouse/runner/incremental.hpp"
#include "lakehouse/tables/sql_files.hpp"

namespace stedi::lakehouse {

namespace {

Result<bool> somebody(sqlite::Database& zones, std::string_view file) {
  const auto people = zones.integer(sql_text(file));
  if (!people) return in_context(file, people.error());
  return *people > 0;
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
      zones.integer("SELECT row_count FROM catalog_table WHERE table_name = '" + job.name + "'");
  if (!rows) return Failure(rows.error());
  if (auto left = zones.execute(job.leaving); !left) return Failure(left.error());
  run.removed = zones.changed_rows();
  run.rows = *rows - run.removed;
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
  if (auto forgotten = forget_leaving(zones); !forgotten) return Failure(forgotten.error());
  auto tables = apply_changes(zones, {jobs.front()}, read, landed, clock, {});  // subject_state
  if (!tables) return Failure(tables.error());
  if (auto found = zones.execute(sql_text("leaving/leaving.sql")); !found) return Failure(found.error());
  for (const std::string_view file : {"leaving/coming.sql", "leaving/sharing.sql"}) {
    const auto more = somebody(zones, file);
    if (!more) return Failure(more.error());
    if (*more) return std::nullopt;
  }
  if (auto found = zones.execute(sql_text("leaving/rows.sql")); !found) return Failure(found.error());
  for (std::size_t i = 1; i < jobs.size(); ++i) {
    auto left = leave_table(zones, jobs[i], clock);
    if (!left) return in_context("job " + jobs[i].name, left.error());
    tables->push_back(*std::move(left));
  }
  if (auto forgotten = forget_leaving(zones); !forgotten) return Failure(forgotten.error());
  return std::optional(*std::move(tables));
}

}  // namespace stedi::lakehouse
