#include "lakehouse/tables/job.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>

#include "core/digest/digest.hpp"
#include "core/record/identity.hpp"
#include "lakehouse/tables/sql_files.hpp"

namespace stedi::lakehouse {

namespace {

using Header = std::map<std::string, std::string, std::less<>>;

// "-- key:    a, b" lines, each possibly continued by lines that are indented further; ends at the first
// other line.
Header parse_header(std::string_view text) {
  Header header;
  std::istringstream lines{std::string(text)};
  std::string field;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("-- ")) break;
    const std::string_view content = std::string_view(line).substr(3);
    if (content.starts_with(' ') && !field.empty()) {
      header[field] += " " + std::string(trimmed(content));
      continue;
    }
    const auto colon = content.find(':');
    if (colon == std::string_view::npos) break;
    field = content.substr(0, colon);
    header[field] = trimmed(content.substr(colon + 1));
  }
  return header;
}

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

Result<Reach> parse_reach(const Header& header) {
  const auto found = header.find("span");
  if (found == header.end() || found->second == "day") return Reach::day;
  if (found->second == "instant") return Reach::instant;
  return fail("span is day or instant, not " + found->second);
}

}  // namespace

Result<std::vector<JobInput>> parse_inputs(std::string_view inputs) {
  std::vector<JobInput> parsed;
  for (const std::string& part : split_list(inputs)) {
    auto input = parse_input(part);
    if (!input) return Failure(input.error());
    parsed.push_back(*std::move(input));
  }
  return parsed;
}

Result<Job> parse_job(std::string_view text) {
  const Header header = parse_header(text);
  for (const std::string_view field : {"name", "inputs", "grain", "key", "checks"}) {
    if (!header.contains(field)) return fail("a job's header has no line `" + std::string(field) + ":`");
  }
  Job job;
  job.name = header.at("name");
  job.grain = header.at("grain");
  job.key = split_list(header.at("key"));
  job.checks = split_list(header.at("checks"));
  const auto reach = parse_reach(header);
  if (!reach) return in_context(job.name, reach.error());
  job.reach = *reach;
  job.select = text;
  job.hash = hex(sha256(text));
  auto inputs = parse_inputs(header.at("inputs"));
  if (!inputs) return in_context(job.name, inputs.error());
  job.inputs = *std::move(inputs);
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
  static constexpr std::array<std::string_view, 8> strict = {
      "subject_state.sql",
      "serial_owner.sql",
      "strict/customer_trusted.sql",
      "strict/accelerometer_trusted.sql",
      "strict/customers_curated.sql",
      "strict/step_trainer_trusted.sql",
      "strict/serial_trusted.sql",
      "strict/machine_learning_curated.sql",
  };
  static constexpr std::array<std::string_view, 6> reference = {
      "subject_state.sql",
      "reference/customer_trusted.sql",
      "reference/accelerometer_trusted.sql",
      "reference/customers_curated.sql",
      "reference/step_trainer_trusted.sql",
      "reference/machine_learning_curated.sql",
  };
  const std::span<const std::string_view> files =
      profile == Profile::strict ? std::span<const std::string_view>(strict) : reference;
  std::vector<Job> jobs;
  for (const std::string_view file : files) {
    const std::string path = "jobs/" + std::string(file);
    auto job = parse_job(sql_text(path));
    if (!job) return in_context(path, job.error());
    job->place = file.substr(0, file.size() - std::string_view(".sql").size());
    jobs.push_back(*std::move(job));
  }
  return jobs;
}

std::string rows_table(std::string_view name) {
  const bool has_view = std::ranges::find(zone_tables, name) != zone_tables.end();
  return std::string(name) + (has_view ? "_rows" : "");
}

}  // namespace stedi::lakehouse
