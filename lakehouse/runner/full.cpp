#include "lakehouse/runner/full.hpp"

#include <algorithm>

#include "core/record/limits.hpp"
#include "lakehouse/runner/comma_separated.hpp"
#include "lakehouse/runner/dirty_cells.hpp"
#include "lakehouse/runner/shadows.hpp"
#include "lakehouse/runner/table_io.hpp"

namespace stedi::lakehouse {

namespace {

// ---- Over slices of the people

// Jobs that sort what has landed; in memory, because a temporary file would hold personal data.
bool sorts_landed_readings(const Job& job) {
  return std::ranges::any_of(job.inputs, [](const JobInput& input) {
    return input.scope == "by subject-day" && sensor_table(input.table) != nullptr;
  });
}

// Statements that give the job the people with ids above the first and up to the second value.
class Slice {
 public:
  static Result<Slice> open(sqlite::Database& zones) {
    TRY(make_cell_tables(zones));
    auto subjects =
        TRY(zones.prepare("INSERT INTO temp.dirty_subject SELECT subject_id FROM landing.subject "
                          "WHERE subject_id > ? AND subject_id <= ?"));
    auto spans = TRY(
        zones.prepare("INSERT INTO temp.dirty_span (subject_id, from_ms, to_ms) SELECT subject_id, ?, ? FROM "
                      "temp.dirty_subject",
                      limits::before_all_ms, limits::after_all_ms));
    return Slice(zones, std::move(subjects), std::move(spans));
  }

  Result<void> set(std::int64_t after, std::int64_t up_to) {
    TRY(zones_->execute("DELETE FROM temp.dirty_subject; DELETE FROM temp.dirty_span"));
    TRY(subjects_.run(after, up_to));
    return spans_.run();
  }

 private:
  Slice(sqlite::Database& zones, sqlite::Statement subjects, sqlite::Statement spans)
      : zones_(&zones), subjects_(std::move(subjects)), spans_(std::move(spans)) {}

  sqlite::Database* zones_;
  sqlite::Statement subjects_;
  sqlite::Statement spans_;
};

// The very same SELECT, over the scopes that its header declares.
Result<std::int64_t> insert_in_slices(sqlite::Database& zones, const Job& job, const std::string& insert,
                                      std::int64_t last_subject, std::int64_t people_at_a_time) {
  auto slice = TRY(Slice::open(zones));
  TRY(stand_shadows(zones, job));
  std::int64_t rows = 0;
  {
    auto fill = TRY(zones.prepare(insert));
    for (std::int64_t after = 0; after < last_subject; after += people_at_a_time) {
      TRY(slice.set(after, after + people_at_a_time));
      TRY(fill.run());
      rows += zones.changed_rows();
    }
    TRY(slice.set(0, 0));
  }
  TRY(drop_shadows(zones, job));
  return rows;
}

// ---- One table

Result<std::int64_t> insert_at_once(sqlite::Database& zones, const std::string& insert) {
  TRY(zones.execute(insert));
  return zones.changed_rows();
}

// Unqualified names in the SELECT mean the landing tables and the zone tables, unless a temporary view of the
// same name stands in front of them.
Result<std::int64_t> insert_rows(sqlite::Database& zones, const Job& job, const std::string& insert,
                                 std::int64_t people_at_a_time) {
  if (!sorts_landed_readings(job)) return insert_at_once(zones, insert);
  auto last_subject = TRY(zones.integer("SELECT COALESCE(MAX(subject_id), 0) FROM landing.subject"));
  if (last_subject <= people_at_a_time) return insert_at_once(zones, insert);
  return insert_in_slices(zones, job, insert, last_subject, people_at_a_time);
}

}  // namespace

Result<TableRun> recompute(sqlite::Database& zones, const Job& job, const Clock& clock,
                           const RunSeams& seams) {
  TableRun run;
  run.table = job.name;
  run.started_ms = clock.wall_ms();
  const auto columns = TRY(columns_of(zones, job));
  const std::string table = "main." + rows_table(job.name);
  TRY(zones.execute("DELETE FROM " + table));
  run.removed = zones.changed_rows();
  const std::string insert = "INSERT INTO " + table + " (" + comma_separated(columns) + ")\n" + job.select;
  const auto rows = TRY(insert_rows(zones, job, insert, seams.people_at_a_time));
  run.rows = run.added = rows;
  run.finished_ms = clock.wall_ms();
  return run;
}

Result<std::vector<TableRun>> recompute_all(sqlite::Database& zones, const std::vector<Job>& jobs,
                                            const Clock& clock, const RunSeams& seams) {
  std::vector<TableRun> tables;
  for (const Job& job : jobs) {
    tables.push_back(TRY_IN("job " + job.name, recompute(zones, job, clock, seams)));
    if (!seams.after) continue;
    TRY(seams.after(job.name));
  }
  return tables;
}

}  // namespace stedi::lakehouse
