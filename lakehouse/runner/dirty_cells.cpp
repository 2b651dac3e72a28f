#include "lakehouse/runner/dirty_cells.hpp"

#include "lakehouse/runner/span.hpp"
#include "lakehouse/tables/sql_files.hpp"

namespace stedi::lakehouse {

namespace {

Result<void> collect_spans(sqlite::Database& zones, const NamedSql& rule, std::vector<Span>& spans) {
  return zones.each_row("SELECT subject_id, from_ms, to_ms FROM (" + rule.sql + ")",
                        [&](std::int64_t subject_id, std::int64_t from_ms, std::int64_t to_ms) {
                          spans.push_back({subject_id, from_ms, to_ms});
                        });
}

Result<void> fill_spans(sqlite::Database& zones, const std::vector<Span>& spans) {
  auto insert =
      TRY(zones.prepare("INSERT INTO temp.dirty_span (subject_id, from_ms, to_ms) VALUES (?, ?, ?)"));
  for (const Span& span : spans) TRY(insert.run(span.id, span.from_ms, span.to_ms));
  return zones.execute("INSERT INTO temp.dirty_subject SELECT DISTINCT subject_id FROM temp.dirty_span");
}

Result<void> apply_rules(sqlite::Database& zones, const Job& job) {
  const CellKind cell = cell_of(job);
  std::vector<Span> spans;
  for (const NamedSql& rule : job.dirty) {
    const std::string name = job.name + "/" + rule.name;
    const std::string table = cell == CellKind::serial ? "dirty_serial" : "dirty_subject";
    TRY_IN("dirty rule " + name,
           cell == CellKind::span ? collect_spans(zones, rule, spans)
                                  : zones.execute("INSERT OR IGNORE INTO temp." + table + "\n" + rule.sql));
  }
  if (cell != CellKind::span) return {};
  if (job.reach == Reach::day) widen_to_days(spans);
  merge_spans(spans, merge_spans_within_ms);
  return fill_spans(zones, spans);
}

}  // namespace

Result<void> make_cell_tables(sqlite::Database& zones) {
  return zones.execute(sql_text("incremental/cells.sql"));
}

Result<bool> find_dirty_cells(sqlite::Database& zones, const Job& job) {
  TRY(zones.execute(
      "DELETE FROM temp.dirty_subject; DELETE FROM temp.dirty_serial; DELETE FROM temp.dirty_span"));
  TRY(apply_rules(zones, job));
  const auto found = TRY(zones.integer(
      "SELECT EXISTS (SELECT 1 FROM temp.dirty_subject) OR EXISTS (SELECT 1 FROM temp.dirty_serial)"));
  return found != 0;
}

}  // namespace stedi::lakehouse
