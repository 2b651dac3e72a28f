#include "lakehouse/answers/validate.hpp"

#include <cstdio>
#include <memory>

#include "lakehouse/commands/commands.hpp"

namespace stedi::lakehouse {

namespace {

struct ValidateOptions {
  std::optional<Profile> profile;
  std::string expect;
  Format format = Format::table;
};

// A line a table; a check by its name only where it failed. --json has them all.
Table checks_in_short(const Table& checks) {
  Table in_short{{"zone", "table", "checks", "passed"}, {}};
  for (const Row& check : checks.rows) {
    const bool same_table =
        !in_short.rows.empty() && in_short.rows.back()[0] == check[0] && in_short.rows.back()[1] == check[1];
    if (!same_table) in_short.rows.push_back({check[0], check[1], std::int64_t{0}, std::int64_t{0}});
    std::get<std::int64_t>(in_short.rows.back()[2]) += 1;
    std::get<std::int64_t>(in_short.rows.back()[3]) += check.back() == Value("ok") ? 1 : 0;
  }
  return in_short;
}

Table failed(const Table& checks) {
  Table some{checks.columns, {}};
  for (const Row& check : checks.rows) {
    if (check.back() != Value("ok")) some.rows.push_back(check);
  }
  return some;
}

void print_for_people(const Validation& validation) {
  print(validation.tables, Format::table);
  std::printf("\n");
  print(checks_in_short(validation.checks), Format::table);
  const Table failures = failed(validation.checks);
  if (!failures.rows.empty()) {
    std::printf("\n");
    print(failures, Format::table);
  }
  std::printf("\n");
  print(validation.reconciliation, Format::table);
  if (validation.differences.empty()) std::printf("\nno difference\n");
  for (const std::string& warning : validation.warnings) std::printf("\n%s\n", warning.c_str());
}

void print_json(const Validation& validation) {
  Table differences{{"difference"}, {}};
  for (const std::string& difference : validation.differences) differences.rows.push_back({difference});
  Table warnings{{"warning"}, {}};
  for (const std::string& warning : validation.warnings) warnings.rows.push_back({warning});
  std::printf("{\"tables\":");
  print(validation.tables, Format::json);
  std::printf(",\"checks\":");
  print(validation.checks, Format::json);
  std::printf(",\"reconciliation\":");
  print(validation.reconciliation, Format::json);
  std::printf(",\"differences\":");
  print(differences, Format::json);
  std::printf(",\"warnings\":");
  print(warnings, Format::json);
  std::printf("}\n");
}

Result<void> run_validate(const CommandLine& line, const ValidateOptions& options) {
  const auto expect =
      options.expect.empty() ? std::nullopt : std::optional(std::filesystem::path(options.expect));
  const auto validation =
      TRY(validate(line.store(), options.profile, expect, *line.clock, terminal_progress("validate")));
  options.format == Format::json ? print_json(validation) : print_for_people(validation);
  if (validation.differences.empty()) return {};
  std::string message = "validate: ";
  for (const std::string& difference : validation.differences) message += difference + "; ";
  for (const std::string& remedy : validation.remedies) message += remedy + "; ";
  message.erase(message.size() - 2);
  return Failure(Error{Fault::difference, message});
}

}  // namespace

void add_validate(CLI::App& app, CommandLine& line) {
  auto* command =
      app.add_subcommand("validate", "Count, check and reconcile every table; exit status 3 on a difference");
  auto options = std::make_shared<ValidateOptions>();
  add_profile_option(*command, options->profile);
  command->add_option("--expect", options->expect, "Expected row counts (TOML)")->type_name("FILE");
  add_json_flag(*command, options->format);
  command->callback(
      [&line, options] { line.chosen = [&line, options] { return run_validate(line, *options); }; });
}

}  // namespace stedi::lakehouse
