#include "lakehouse/validate/validate.hpp"

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

void print_for_people(const Validation& validation) {
  print(validation.tables, Format::table);
  std::printf("\n");
  print(validation.checks, Format::table);
  std::printf("\n");
  print(validation.reconciliation, Format::table);
  if (validation.differences.empty()) std::printf("\nno difference\n");
}

void print_json(const Validation& validation) {
  Table differences{{"difference"}, {}};
  for (const std::string& difference : validation.differences) differences.rows.push_back({difference});
  std::printf("{\"tables\":");
  print(validation.tables, Format::json);
  std::printf(",\"checks\":");
  print(validation.checks, Format::json);
  std::printf(",\"reconciliation\":");
  print(validation.reconciliation, Format::json);
  std::printf(",\"differences\":");
  print(differences, Format::json);
  std::printf("}\n");
}

Result<void> run_validate(const CommandLine& line, const ValidateOptions& options) {
  const auto expect =
      options.expect.empty() ? std::nullopt : std::optional(std::filesystem::path(options.expect));
  const auto validation = validate(line.store(), options.profile, expect, *line.clock);
  if (!validation) return Failure(validation.error());
  options.format == Format::json ? print_json(*validation) : print_for_people(*validation);
  if (validation->differences.empty()) return {};
  std::string message = "validate: ";
  for (const std::string& difference : validation->differences) {
    message += (message.ends_with(": ") ? "" : "; ") + difference;
  }
  return Failure(Error{Fault::difference, message + "; `stedi-lakehouse run --full` makes the tables anew"});
}

}  // namespace

void add_validate(CLI::App& app, CommandLine& line) {
  auto* command =
      app.add_subcommand("validate", "Count, check and reconcile every table; exit status 3 on a difference");
  auto options = std::make_shared<ValidateOptions>();
  add_profile_option(*command, options->profile);
  command->add_option("--expect", options->expect, "Row counts to compare with (TOML)")->type_name("FILE");
  add_json_flag(*command, options->format);
  command->callback(
      [&line, options] { line.chosen = [&line, options] { return run_validate(line, *options); }; });
}

}  // namespace stedi::lakehouse
