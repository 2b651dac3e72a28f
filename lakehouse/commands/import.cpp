#include <unistd.h>

#include <cstdio>
#include <memory>

#include "core/wire/topic.hpp"
#include "lakehouse/commands/commands.hpp"
#include "lakehouse/import/import.hpp"

namespace stedi::lakehouse {

namespace {

struct ImportOptions {
  std::vector<std::string> paths;
  Format format = Format::table;
};

landing::ImportProgress terminal_import_progress() {
  if (isatty(STDERR_FILENO) == 0) return [](std::int64_t, std::int64_t) {};
  return [](std::int64_t done, std::int64_t total) {
    const std::int64_t percent = total == 0 ? 100 : done * 100 / total;
    std::fprintf(stderr, "\rimport %3d %%", static_cast<int>(percent));
    if (done == total) std::fprintf(stderr, "\r             \r");
  };
}

std::string note_on(const landing::ImportedFile& file) {
  if (file.already_imported) return "already imported";
  return file.bytes_landed_before > 0 ? "only what follows the first " + grouped(file.bytes_landed_before) +
                                            " bytes, which were imported before"
                                      : "";
}

Result<void> import(const CommandLine& line, const ImportOptions& options) {
  const auto files = TRY(landing::find_import_files({options.paths.begin(), options.paths.end()}));
  const auto imported =
      TRY(landing::import_files(line.store().dir, files, *line.clock, terminal_import_progress()));
  Table table{{"file", "stream", "landed", "quarantined", "note"}, {}};
  std::int64_t landed = 0;
  std::int64_t quarantined = 0;
  for (const landing::ImportedFile& file : imported) {
    landed += file.landed;
    quarantined += file.quarantined;
    table.rows.push_back({file.file.path.filename().string(),
                          std::string(wire::stream_name(file.file.stream)), file.landed, file.quarantined,
                          note_on(file)});
  }
  print(table, options.format);
  if (options.format != Format::table) return {};
  std::printf("%s records landed, %s quarantined", grouped(landed).c_str(), grouped(quarantined).c_str());
  std::printf(quarantined == 0 ? "\n" : "; see `stedi-lakehouse quarantine list`\n");
  return {};
}

}  // namespace

void add_import(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("import", "Import seed-format files (*.json, *.jsonl, *.ndjson)");
  auto options = std::make_shared<ImportOptions>();
  command
      ->add_option("PATH", options->paths,
                   "Files or folders. The nearest folder, or the start of the file name, names the stream: "
                   "customer, accelerometer, step_trainer, consent or pairing")
      ->required();
  add_json_flag(*command, options->format);
  command->callback([&line, options] { line.chosen = [&line, options] { return import(line, *options); }; });
}

}  // namespace stedi::lakehouse
