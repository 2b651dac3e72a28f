#include "lakehouse/runner/catalog.hpp"

#include <algorithm>
#include <map>

#include "lakehouse/runner/comma_separated.hpp"

namespace stedi::lakehouse {

namespace {

std::string inputs_text(const Job& job) {
  std::vector<std::string> inputs;
  for (const JobInput& input : job.inputs) inputs.push_back(input.table + " (" + input.scope + ")");
  return comma_separated(inputs);
}

// Of the job texts that made the tables, by table.
Result<std::map<std::string, std::string>> hashes_of_tables(sqlite::Database& zones) {
  std::map<std::string, std::string> hashes;
  TRY(zones.each_row("SELECT table_name, job_hash FROM catalog_table",
                     [&](std::string_view table, std::string_view hash) { hashes.emplace(table, hash); }));
  return hashes;
}

}  // namespace

Result<std::set<std::string>> outdated_tables(sqlite::Database& zones, const std::vector<Job>& jobs) {
  const auto hashes = TRY(hashes_of_tables(zones));
  const bool has_its_table =
      std::ranges::all_of(jobs, [&](const Job& job) { return hashes.contains(job.name); });
  const bool are_the_same_tables = has_its_table && hashes.size() == jobs.size();
  std::set<std::string> outdated;
  for (const Job& job : jobs) {  // each after its inputs
    const bool follows = std::ranges::any_of(
        job.inputs, [&](const JobInput& input) { return outdated.contains(input.table); });
    if (!are_the_same_tables || follows || hashes.at(job.name) != job.hash) outdated.insert(job.name);
  }
  return outdated;
}

Result<void> write_catalog(sqlite::Database& zones, const std::vector<Job>& jobs,
                           const std::vector<TableRun>& tables) {
  const auto run_id = TRY(zones.integer("SELECT COALESCE(MAX(run_id), 0) + 1 FROM catalog_run"));
  const std::string oldest_kept = std::to_string(run_id - max_catalog_runs + 1);
  TRY(zones.execute("DELETE FROM catalog_table; DELETE FROM catalog_run WHERE run_id < " + oldest_kept));
  auto table = TRY(zones.prepare("INSERT INTO catalog_table VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
  auto run = TRY(zones.prepare("INSERT INTO catalog_run VALUES (?, ?, ?, ?, ?, ?)"));
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Job& job = jobs[i];
    const TableRun& made = tables[i];
    TRY(table.run(static_cast<std::int64_t>(i + 1), job.name, job.grain, comma_separated(job.key),
                  inputs_text(job), job.hash, made.rows, run_id));
    TRY(run.run(run_id, job.name, job.hash, made.rows, made.started_ms, made.finished_ms));
  }
  return {};
}

}  // namespace stedi::lakehouse
