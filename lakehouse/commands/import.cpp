#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "core/wire/topic.hpp"
#include "lakehouse/commands/commands.hpp"
#include "lakehouse/import/import.hpp"
#include "lakehouse/import/spooled_input.hpp"

namespace stedi::lakehouse {

namespace {

struct ImportOptions {
  std::vector<std::string> paths;
  std::string stream;
  bool strict = false;
  Format format = Format::table;
};

// What to import; standard input and what else can be read only once is kept for as long as this lives.
struct Sources {
  std::vector<landing::ImportFile> files;
  std::vector<landing::SkippedFile> skipped;
  std::vector<landing::SpooledInput> spooled;
};

struct Counts {
  std::int64_t landed = 0;
  std::int64_t quarantined = 0;
  std::int64_t no_json = 0;  // of the quarantined
  bool any_known = false;    // a file had been imported before
  std::int64_t statements_quarantined =
      0;  // of customer, consent and pairing: what ends consent may be among them
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

Result<std::optional<Stream>> stream_of(const ImportOptions& options) {
  if (options.stream.empty()) return std::optional<Stream>();
  const auto stream = wire::stream_named(options.stream);
  if (!stream || *stream == Stream::gap)
    return usage_error(
        "import: `" + options.stream +
        "` is no stream to import: give customer, accelerometer, step_trainer, consent or pairing");
  return stream;
}

bool can_be_read_once(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  return path == "-" || (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
                         !std::filesystem::is_directory(status));
}

Result<void> add_spooled(Sources& sources, const std::string& path, std::optional<Stream> stream,
                         const std::filesystem::path& store_dir) {
  if (!stream) return usage_error("import " + path + ": unknown stream: name it with --stream");
  const int descriptor = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail("import " + path + ": cannot be opened: " + std::strerror(errno));
  auto spooled = landing::SpooledInput::of(descriptor, store_dir);
  if (descriptor != STDIN_FILENO) ::close(descriptor);
  if (!spooled) return in_context("import " + path, spooled.error());
  sources.files.push_back({spooled->path(), *stream, path});
  sources.spooled.push_back(std::move(*spooled));
  return {};
}

Result<Sources> sources_of(const ImportOptions& options, const std::filesystem::path& store_dir) {
  const auto stream = TRY(stream_of(options));
  Sources sources;
  for (const std::string& path : options.paths) {
    if (can_be_read_once(path)) {
      TRY(add_spooled(sources, path, stream, store_dir));
      continue;
    }
    const auto files = TRY(landing::find_import_files({path}, stream, &sources.skipped));
    sources.files.insert(sources.files.end(), files.begin(), files.end());
  }
  return sources;
}

Table table_of(const std::vector<landing::ImportedFile>& imported,
               const std::vector<landing::SkippedFile>& skipped) {
  Table table{{"file", "stream", "landed", "quarantined", "note"}, {}};
  for (const landing::ImportedFile& file : imported) {
    table.rows.push_back({std::filesystem::path(file.file.name()).filename().string(),
                          std::string(wire::stream_name(file.file.stream)), file.landed, file.quarantined,
                          note_on(file)});
  }
  for (const landing::SkippedFile& file : skipped)
    table.rows.push_back(
        {file.path.string(), std::string(), std::int64_t{0}, std::int64_t{0}, "skipped: " + file.reason});
  return table;
}

Counts counts_of(const std::vector<landing::ImportedFile>& imported) {
  Counts counts;
  for (const landing::ImportedFile& file : imported) {
    counts.landed += file.landed;
    counts.quarantined += file.quarantined;
    counts.no_json += file.no_json;
    counts.any_known |= file.already_imported || file.bytes_landed_before > 0;
    if (!is_sensor_stream(file.file.stream)) counts.statements_quarantined += file.quarantined;
  }
  return counts;
}

void print_summary(const Counts& counts, std::size_t skipped) {
  std::printf("%s records landed, %s quarantined", grouped(counts.landed).c_str(),
              grouped(counts.quarantined).c_str());
  if (skipped > 0) std::printf(", %s files skipped", grouped(static_cast<std::int64_t>(skipped)).c_str());
  std::printf(counts.quarantined == 0 ? "\n" : "; see `stedi-lakehouse quarantine list`\n");
}

// Doubt never widens consent: what was not read may have ended one.
void warn_of_withdrawals(const Counts& counts, std::size_t skipped) {
  if (counts.statements_quarantined > 0)
    std::fprintf(stderr,
                 "import: %s refused records of customer, consent or pairing may hold a withdrawal: see "
                 "`stedi-lakehouse quarantine list`\n",
                 grouped(counts.statements_quarantined).c_str());
  if (skipped > 0)
    std::fprintf(stderr, "import: %s files were skipped and may hold a withdrawal: the table says why\n",
                 grouped(static_cast<std::int64_t>(skipped)).c_str());
}

Result<void> import(const CommandLine& line, const ImportOptions& options) {
  const auto sources = TRY(sources_of(options, line.store().dir));
  const auto imported =
      TRY(landing::import_files(line.store().dir, sources.files, *line.clock, terminal_import_progress()));
  const Counts counts = counts_of(imported);
  print(table_of(imported, sources.skipped), options.format);
  if (options.format == Format::table) print_summary(counts, sources.skipped.size());
  warn_of_withdrawals(counts, sources.skipped.size());
  if (counts.landed == 0 && counts.no_json > 0 && counts.no_json == counts.quarantined && !counts.any_known)
    return fail(
        "import: nothing could be read: none of it is a JSON object; see `stedi-lakehouse quarantine list`");
  if (options.strict && (counts.quarantined > 0 || !sources.skipped.empty()))
    return Failure(Error{Fault::difference, "import --strict: " + grouped(counts.quarantined) +
                                                " records were refused and " +
                                                std::to_string(sources.skipped.size()) + " files skipped"});
  return {};
}

}  // namespace

void add_import(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand(
      "import", "Import seed-format files: *.json, *.jsonl, *.ndjson and part files, plain, gzip or zstd");
  auto options = std::make_shared<ImportOptions>();
  command
      ->add_option(
          "PATH", options->paths,
          "Files or folders, or - for standard input. The nearest folder, or the start of the file name, "
          "names the stream: customer, accelerometer, step_trainer, consent or pairing")
      ->required();
  command->add_option("--stream", options->stream, "Stream of all records, whatever the files are called")
      ->type_name("NAME");
  command->add_flag("--strict", options->strict, "Exit 3 when a file was skipped or a record refused");
  add_json_flag(*command, options->format);
  command->callback([&line, options] { line.chosen = [&line, options] { return import(line, *options); }; });
}

}  // namespace stedi::lakehouse
