#include "lakehouse/runner/full.hpp"

#include "lakehouse/runner/table_io.hpp"

namespace stedi::lakehouse {

namespace {

// Unqualified names in the SELECT mean the landing tables and the zone tables, unless a temporary view of the
// same name stands in front of them.
Result<TableRun> recompute(sqlite::Database& zones, const Job& job, const Clock& clock) {
  TableRun run;
  run.table = job.name;
  run.started_ms = clock.wall_ms();
  const auto columns = columns_of(zones, job);
  if (!columns) return Failure(columns.error());
  const std::string table = "main." + rows_table(job.name);
  if (auto emptied = zones.execute("DELETE FROM " + table); !emptied) return Failure(emptied.error());
  run.removed = zones.changed_rows();
  if (auto filled =
          zones.execute("INSERT INTO " + table + " (" + comma_separated(*columns) + ")\n" + job.select);
      !filled) {
    return Failure(filled.error());
  }
  run.rows = run.added = zones.changed_rows();
  run.finished_ms = clock.wall_ms();
  return run;
}

}  // namespace

Result<std::vector<TableRun>> recompute_all(sqlite::Database& zones, const std::vector<Job>& jobs,
                                            const Clock& clock, const RunSeams& seams) {
  std::vector<TableRun> tables;
  for (const Job& job : jobs) {
    auto table = recompute(zones, job, clock);
    if (!table) return in_context("job " + job.name, table.error());
    tables.push_back(*std::move(table));
    if (!seams.after) continue;
    if (auto alive = seams.after(job.name); !alive) return Failure(alive.error());
  }
  return tables;
}

}  // namespace stedi::lakehouse
