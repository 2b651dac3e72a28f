#include "lakehouse/runner/run.hpp"

#include <cstdio>
#include <memory>

#include "lakehouse/commands/commands.hpp"

namespace stedi::lakehouse {

namespace {

struct RunOptions {
  std::optional<Profile> profile;
  Extent extent = Extent::when_needed;
  Format format = Format::table;
};

Result<void> run(const CommandLine& line, const RunOptions& options) {
  const Profile profile = options.profile.value_or(Profile::strict);
  const auto retention = TRY(line.retention());
  TRY(expire(line.store(), retention, *line.clock));
  const auto report =
      TRY(run_profile(line.store(), profile, options.extent, *line.clock, terminal_progress("run")));
  const std::string name(profile_name(profile));
  if (!report.log_emptied) std::fprintf(stderr, "stedi-lakehouse: %s\n", log_not_emptied(profile).c_str());
  if (report.up_to_date && options.format == Format::table) {
    std::printf("%s is up to date: nothing has landed since its last run\n", name.c_str());
    return {};
  }
  Table table{{"profile", "table", "rows", "milliseconds"}, {}};
  for (const TableRun& made : report.tables) {
    table.rows.push_back({name, made.table, made.rows, made.finished_ms - made.started_ms});
  }
  print(table, options.format);
  return {};
}

}  // namespace

void add_run(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("run", "Update the trusted and curated tables of a profile");
  auto options = std::make_shared<RunOptions>();
  add_profile_option(*command, options->profile);
  command->add_flag_callback(
      "--full", [options] { options->extent = Extent::full; }, "Rebuild every table");
  add_json_flag(*command, options->format);
  command->callback([&line, options] { line.chosen = [&line, options] { return run(line, *options); }; });
}

}  // namespace stedi::lakehouse
