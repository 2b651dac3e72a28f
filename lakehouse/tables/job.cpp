#include "lakehouse/tables/job.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <sstream>

#include "core/digest/digest.hpp"
#include "core/record/identity.hpp"
#include "lakehouse/tables/sql_files.hpp"
#include "lakehouse/tables/table_file.hpp"

namespace stedi::lakehouse {

namespace {

using Fields = std::map<std::string, std::string, std::less<>>;

std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> parts;
  std::istringstream in{std::string(list)};
  for (std::string part; std::getline(in, part, ',');) parts.emplace_back(trimmed(part));
  return parts;
}

// "customer (by subject)"
Result<JobInput> parse_input(const std::string& input) {
  const auto open = input.find(" (");
  if (open == std::string::npos || !input.ends_with(')')) return fail("input without a scope: " + input);
  JobInput parsed{input.substr(0, open), input.substr(open + 2, input.size() - open - 3)};
  static constexpr std::array<std::string_view, 4> scopes = {"whole", "by subject", "by serial",
                                                             "by subject-day"};
  if (std::ranges::find(scopes, parsed.scope) == scopes.end()) {
    return fail("unknown scope of an input: " + input);
  }
  return parsed;
}

Result<Reach> parse_reach(const Fields& what) {
  const auto found = what.find("span");
  if (found == what.end() || found->second == "day") return Reach::day;
  if (found->second == "instant") return Reach::instant;
  return fail("span is day or instant, not " + found->second);
}

// Of what makes the rows: not of checks, and not of how anything is worded.
std::string hash_of(const TableFile& file) {
  std::string text;
  for (const auto& [field, value] : file.what) text += field + ": " + value + "\n";
  text += statements_alone(file.ddl) + statements_alone(file.select);
  for (const NamedSql& rule : file.dirty) text += rule.name + "\n" + statements_alone(rule.sql);
  return hex(sha256(text));
}

}  // namespace

Result<std::vector<JobInput>> parse_inputs(std::string_view inputs) {
  std::vector<JobInput> parsed;
  for (const std::string& part : split_list(inputs)) {
    parsed.push_back(TRY(parse_input(part)));
  }
  return parsed;
}

Result<Job> parse_job(std::string_view path, std::string_view text) {
  auto file = TRY(parse_table_file(path, text));
  for (const std::string_view field : {"name", "inputs", "grain", "key"}) {
    if (!file.what.contains(field))
      return fail(std::string(path) + ": section `what` has no line `" + std::string(field) + ":`");
  }
  const auto reach = TRY_IN(path, parse_reach(file.what));
  auto inputs = TRY_IN(path, parse_inputs(file.what.at("inputs")));
  Job job;
  job.hash = hash_of(file);
  job.name = file.what.at("name");
  job.grain = file.what.at("grain");
  job.key = split_list(file.what.at("key"));
  job.reach = reach;
  job.inputs = std::move(inputs);
  job.ddl = std::move(file.ddl);
  job.select = std::move(file.select);
  job.dirty = std::move(file.dirty);
  job.checks = std::move(file.checks);
  job.leaving = std::move(file.leaving);
  return job;
}

CellKind cell_of(const Job& job) {
  const auto has = [&](std::string_view scope) {
    return std::ranges::any_of(job.inputs, [&](const JobInput& input) { return input.scope == scope; });
  };
  if (has("by subject-day")) return CellKind::span;
  return has("by serial") ? CellKind::serial : CellKind::subject;
}

Result<std::vector<Job>> jobs_of(Profile profile) {
  std::vector<Job> jobs;
  for (const SqlFile& file : table_files(profile)) {
    jobs.push_back(TRY(parse_job(file.path, file.text)));
  }
  return jobs;
}

std::string select_of(std::string_view shared_table) {
  const std::string path = "shared/" + std::string(shared_table) + ".sql";
  const auto files = table_files(Profile::strict);
  const auto found = std::ranges::find(files, path, &SqlFile::path);
  assert(found != files.end());
  return parse_table_file(path, found->text).value().select;
}

std::string rows_table(std::string_view name) {
  const bool has_view = std::ranges::find(zone_tables, name) != zone_tables.end();
  return std::string(name) + (has_view ? "_rows" : "");
}

}  // namespace stedi::lakehouse
