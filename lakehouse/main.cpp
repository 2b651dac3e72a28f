// stedi-lakehouse: imports, curates, validates, queries and exports a store.
#include <malloc.h>
#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <regex>

#include "lakehouse/commands/commands.hpp"

namespace {

using stedi::lakehouse::CommandLine;

const CLI::Validator not_empty(
    [](const std::string& text) { return text.empty() ? "must not be empty" : ""; }, "");

void describe(CLI::App& app, CommandLine& line) {
  app.description("STEDI Edge lakehouse: builds the ML table from stored sensor data of people who agreed.");
  app.footer("Exit status: 0 done, 1 failed, 2 wrong usage, 3 a check found a difference.");
  app.require_subcommand(1);
  app.fallthrough();  // commands take over that --store and --keys may also follow them
  app.add_option("--store", line.store_dir, "Store folder")->required()->check(not_empty)->type_name("DIR");
  app.add_option("--keys", line.keys_dir,
                 "Keys folder, outside the store (default: STORE-keys, next to the store)")
      ->type_name("DIR");
  app.add_option("--config", line.config_file,
                 "Settings for run and watch (default: STORE/lakehouse.toml, if it exists)")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  stedi::lakehouse::add_import(app, line);
  stedi::lakehouse::add_run(app, line);
  stedi::lakehouse::add_watch(app, line);
  stedi::lakehouse::add_validate(app, line);
  stedi::lakehouse::add_status(app, line);
  stedi::lakehouse::add_query(app, line);
  stedi::lakehouse::add_quarantine(app, line);
  stedi::lakehouse::add_export(app, line);
  stedi::lakehouse::add_backup(app, line);
  stedi::lakehouse::add_restore(app, line);
  stedi::lakehouse::add_check(app, line);
  stedi::lakehouse::add_consent(app, line);
  stedi::lakehouse::add_explain(app, line);
  stedi::lakehouse::add_ledger(app, line);
  stedi::lakehouse::add_lineage(app, line);
}

// A full disk behind a redirection must not look like success; a reader who has seen enough is none of our
// business.
stedi::Result<void> output_written() {
  if (std::fflush(stdout) == 0 || errno == EPIPE) return {};
  return stedi::fail(std::string("cannot write to standard output (") + std::strerror(errno) +
                     "): free some space and try again");
}

// Whatever was typed in the wrong place: a message stays in logs and terminals.
std::string without_emails(const std::string& message) {
  static const std::regex word_with_at("[^\\s\"'`=]*@[^\\s\"'`]*");
  return std::regex_replace(message, word_with_at, "(an email)");
}

// CLI11 calls a command that does not exist a missing one.
std::string what_is_wrong(const CLI::App& app, const CLI::ParseError& error) {
  const auto unknown = app.remaining();
  const bool has_no_command = app.get_subcommands().empty() && !unknown.empty();
  return without_emails(has_no_command ? "there is no command `" + unknown.front() + "`" : error.what());
}

// Blocks of some hundred kilobytes come and go by the thousand: what is freed is used again rather than given
// back, which takes a tenth off an import's CPU time. Two threads share one arena well.
void keep_freed_memory() {
  constexpr int most_that_glibc_takes = 33'554'432;
  constexpr int kept_bytes = 268'435'456;
  mallopt(M_MMAP_THRESHOLD, most_that_glibc_takes);
  mallopt(M_TRIM_THRESHOLD, kept_bytes);
  mallopt(M_ARENA_MAX, 1);
}

// Whatever is quoted in it.
std::string one_line(const std::string& message) {
  return stedi::one_line(message, message.size());
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  const stedi::SystemClock clock;
  CommandLine line;
  line.clock = &clock;
  CLI::App app("", "stedi-lakehouse");
  describe(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "stedi-lakehouse: %s; see `stedi-lakehouse --help`\n",
                 one_line(what_is_wrong(app, error)).c_str());
    return stedi::exit_status(stedi::Fault::usage);
  }
  auto done = line.chosen();
  if (done) done = output_written();
  if (done) return 0;
  std::fprintf(stderr, "stedi-lakehouse: %s\n", one_line(done.error().message).c_str());
  return stedi::exit_status(done.error().fault);
}
