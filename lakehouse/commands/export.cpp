#include "lakehouse/answers/export.hpp"

#include <map>
#include <memory>

#include "lakehouse/commands/commands.hpp"

namespace stedi::lakehouse {

namespace {

struct ExportOptions {
  ExportRequest request;
  std::optional<Profile> profile;
  std::string out_dir;
  Format printed = Format::table;
};

Result<void> run_export(const CommandLine& line, ExportOptions options) {
  options.request.profile = options.profile.value_or(Profile::strict);
  options.request.out_dir = options.out_dir;
  const auto exported =
      TRY(export_tables(line.store(), options.request, *line.clock, terminal_progress("export")));
  Table table{{"table", "file", "rows", "sha256"}, {}};
  for (const ExportedTable& one : exported) table.rows.push_back({one.table, one.file, one.rows, one.sha256});
  print(table, options.printed);
  return {};
}

}  // namespace

void add_export(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("export", "Write tables to files, with a manifest");
  auto options = std::make_shared<ExportOptions>();
  command->add_option("--out", options->out_dir, "Folder to write to")->required()->type_name("DIR");
  add_profile_option(*command, options->profile);
  static const std::map<std::string, Format> formats = {{"csv", Format::csv}, {"ndjson", Format::ndjson}};
  command->add_option("--format", options->request.format, "csv (default) or ndjson")
      ->transform(one_of(formats))
      ->type_name("FORMAT");
  command->add_flag_callback(
      "--include-personal", [options] { options->request.include_personal = true; },
      "Allow names, emails and serials in the exported files");
  add_json_flag(*command, options->printed);
  command->add_option("TABLE", options->request.tables,
                      "Tables of the profile (default: machine_learning_curated)");
  command->callback(
      [&line, options] { line.chosen = [&line, options] { return run_export(line, *options); }; });
}

}  // namespace stedi::lakehouse
