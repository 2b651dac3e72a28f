#include "lakehouse/runner/full.hpp"

#include <algorithm>

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
    if (auto made = make_cell_tables(zones); !made) return Failure(made.error());
    auto subjects = zones.prepare(
        "INSERT INTO temp.dirty_subject SELECT subject_id FROM landing.subject "
        "WHERE subject_id > ? AND subject_id <= ?");
    if (!subjects) return Failure(subjects.error());
    auto spans = zones.prepare(
        "INSERT INTO temp.dirty_span (subject_id, from_ms, to_ms) SELECT subject_id, -9007199254740992, "
        "9007199254740992 FROM temp.dirty_subject");
    if (!spans) return Failure(spans.error());
    return Slice(zones, *std::move(subjects), *std::move(spans));
  }

  Result<void> set(std::int64_t after, std::int64_t up_to) {
    if (auto emptied = zones_->execute("DELETE FROM temp.dirty_subject; DELETE FROM temp.dirty_span");
        !emptied) {
      return emptied;
    }
    subjects_.bind_all(after, up_to);
    if (auto chosen = subjects_.run(); !chosen) return chosen;
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
  auto slice = Slice::open(zones);
  if (!slice) return Failure(slice.error());
  if (auto stood = stand_shadows(zones, job); !stood) return Failure(stood.error());
  std::int64_t rows = 0;
  {
    auto fill = zones.prepare(insert);
    if (!fill) return Failure(fill.error());
    for (std::int64_t after = 0; after < last_subject; after += people_at_a_time) {
      if (auto set = slice->set(after, after + people_at_a_time); !set) return Failure(set.error());
      if (auto filled = fill->run(); !filled) return Failure(filled.error());
      rows += zones.changed_rows();
    }
    if (auto emptied = slice->set(0, 0); !emptied) return Failure(emptied.error());
  }
  if (auto dropped = drop_shadows(zones, job); !dropped) return Failure(dropped.error());
  return rows;
}

// ---- One table

Result<std::int64_t> insert_at_once(sqlite::Database& zones, const std::string& insert) {
  if (auto filled = zones.execute(insert); !filled) return Failure(filled.error());
  return zones.changed_rows();
}

// Unqualified names in the SELECT mean the landing tables and the zone tables, unless a temporary view of the
// same name stands in front of them.
Result<std::int64_t> insert_rows(sqlite::Database& zones, const Job& job, const std::string& insert,
                                 std::int64_t people_at_a_time) {
  if (!sorts_landed_readings(job)) return insert_at_once(zones, insert);
  auto last_subject = zones.integer("SELECT COALESCE(MAX(subject_id), 0) FROM landing.subject");
  if (!last_subject) return last_subject;
  if (*last_subject <= people_at_a_time) return insert_at_once(zones, insert);
  return insert_in_slices(zones, job, insert, *last_subject, people_at_a_time);
}

}  // namespace

Result<TableRun> recompute(sqlite::Database& zones, const Job& job, const Clock& clock,
                           const RunSeams& seams) {
  TableRun run;
  run.table = job.name;
  run.started_ms = clock.wall_ms();
  const auto columns = columns_of(zones, job);
  if (!columns) return Failure(columns.error());
  const std::string table = "main." + rows_table(job.name);
  if (auto emptied = zones.execute("DELETE FROM " + table); !emptied) return Failure(emptied.error());
  run.removed = zones.changed_rows();
  const std::string insert = "INSERT INTO " + table + " (" + comma_separated(*columns) + ")\n" + job.select;
  const auto rows = insert_rows(zones, job, insert, seams.people_at_a_time);
  if (!rows) return Failure(rows.error());
  run.rows = run.added = *rows;
  run.finished_ms = clock.wall_ms();
  return run;
}

Result<std::vector<TableRun>> recompute_all(sqlite::Database& zones, const std::vector<Job>& jobs,
                                            const Clock& clock, const RunSeams& seams) {
  std::vector<TableRun> tables;
  for (const Job& job : jobs) {
    auto table = recompute(zones, job, clock, seams);
    if (!table) return in_context("job " + job.name, table.error());
    tables.push_back(*std::move(table));
    if (!seams.after) continue;
    if (auto alive = seams.after(job.name); !alive) return Failure(alive.error());
  }
  return tables;
}

}  // namespace stedi::lakehouse
