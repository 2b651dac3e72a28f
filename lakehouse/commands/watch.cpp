#include "lakehouse/runner/watch.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <memory>

#include "core/time_text.hpp"
#include "lakehouse/commands/commands.hpp"

namespace stedi::lakehouse {

namespace {

volatile std::sig_atomic_t told_to_stop = 0;

void stop_at_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { told_to_stop = 1; };
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

// "14:02:11  accelerometer_trusted +60  machine_learning_curated +60": UTC.
std::string summary(const RunReport& report, std::int64_t now_ms) {
  const std::string time = utc_time_of_day(now_ms);
  std::string line = time;
  for (const TableRun& table : report.tables) {
    if (table.added + table.removed == 0) continue;
    line += "  " + table.table;
    if (table.added > 0) line += " +" + grouped(table.added);
    if (table.removed > 0) line += " -" + grouped(table.removed);
  }
  return line == time ? line + "  no table changed" : line;
}

Result<void> watch_store(const CommandLine& line, WatchOptions options) {
  options.retention = TRY(line.retention());
  stop_at_signals();
  const bool tell = isatty(STDOUT_FILENO) != 0;
  bool told_of_log = false;
  std::string told_of_trouble;
  WatchReports reports;
  reports.held_up = [&](const Error& error) {
    if (error.message != told_of_trouble) {
      std::fprintf(stderr, "stedi-lakehouse: watch: %s; trying again\n",
                   one_line(error.message, error.message.size()).c_str());
    }
    told_of_trouble = error.message;
  };
  reports.ran = [&](const RunReport& done) {
    told_of_trouble.clear();
    if (!done.log_emptied && !told_of_log) {
      std::fprintf(stderr, "stedi-lakehouse: %s\n", log_not_emptied(done.profile).c_str());
    }
    told_of_log = !done.log_emptied;
    if (!tell || done.up_to_date) return;
    std::printf("%s\n", summary(done, line.clock->wall_ms()).c_str());
    std::fflush(stdout);
  };
  const auto stopped = [] { return told_to_stop != 0; };
  auto watched = watch(line.store(), options, *line.clock, stopped, reports);
  return watched ? Result<void>() : in_context("watch", watched.error());
}

}  // namespace

void add_watch(CLI::App& app, CommandLine& line) {
  auto* command =
      app.add_subcommand("watch", "Update a profile's tables as data lands, until SIGTERM or Ctrl-C");
  struct Options {
    std::optional<Profile> profile;
    WatchOptions watch;
  };
  auto options = std::make_shared<Options>();
  add_profile_option(*command, options->profile);
  command
      ->add_option("--delay", options->watch.delay_ms,
                   "Longest delay from landing to the start of a run, in milliseconds (default 250)")
      ->check(CLI::Range(std::int64_t{0}, most_watch_delay_ms))
      ->type_name("MS");
  command->callback([&line, options] {
    line.chosen = [&line, options] {
      options->watch.profile = options->profile.value_or(Profile::strict);
      return watch_store(line, options->watch);
    };
  });
}

}  // namespace stedi::lakehouse
