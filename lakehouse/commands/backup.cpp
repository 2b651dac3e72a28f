#include "lakehouse/care/backup.hpp"

#include <cstdio>
#include <memory>

#include "lakehouse/care/check.hpp"
#include "lakehouse/commands/commands.hpp"

namespace stedi::lakehouse {

namespace {

struct BackupOptions {
  std::string folder;
  ExistingStore existing = ExistingStore::refuse;
  CheckDepth depth = CheckDepth::full;
  Format format = Format::table;
};

Table files_of(const Backup& backup) {
  Table table{{"file", "bytes", "sha256"}, {}};
  for (const BackupFile& file : backup.files) table.rows.push_back({file.name, file.bytes, file.sha256});
  return table;
}

Result<void> backup(const CommandLine& line, const BackupOptions& options) {
  const StoreFolder store = line.store();
  const auto done = TRY(backup_store(store, options.folder, *line.clock, terminal_progress("backup")));
  print(files_of(done), options.format);
  if (options.format == Format::table)
    std::printf("backed up and checked; the keys in %s are not included: back them up separately\n",
                store.keys_dir.c_str());
  return {};
}

Result<void> restore(const CommandLine& line, const BackupOptions& options) {
  const auto done = TRY(restore_store(options.folder, line.store(), options.existing, *line.clock));
  print(files_of(done.backup), options.format);
  if (options.format != Format::table) return {};
  std::printf(
      "restored; repeat every withdrawal since the backup (`consent withdraw`), then `run` for both "
      "profiles\n");
  if (!done.replaced.empty())
    std::printf("the old store is in %s; it holds personal data: delete it when you no longer need it\n",
                done.replaced.c_str());
  return {};
}

Result<void> check(const CommandLine& line, const BackupOptions& options) {
  const auto checks = TRY(check_store(line.store(), options.depth, terminal_progress("check")));
  Table table{{"file", "bytes", "result"}, {}};
  std::string damaged;
  for (const FileCheck& one : checks) {
    table.rows.push_back({one.file, one.bytes, one.problem.empty() ? std::string("ok") : one.problem});
    if (!one.problem.empty()) damaged += (damaged.empty() ? "" : ", ") + one.file;
  }
  print(table, options.format);
  if (damaged.empty()) return {};
  return Failure(Error{Fault::difference, "check: damaged: " + damaged +
                                              "; a zones file can be deleted and rebuilt with `run`, "
                                              "landing.db must come from a backup (`restore`)"});
}

}  // namespace

void add_backup(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<BackupOptions>();
  auto* command = app.add_subcommand("backup", "Copy the store to a new folder; the store may be in use");
  command->add_option("--out", options->folder, "New folder, outside the store")
      ->required()
      ->type_name("DIR");
  add_json_flag(*command, options->format);
  command->callback([&line, options] { line.chosen = [&line, options] { return backup(line, *options); }; });
}

void add_restore(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<BackupOptions>();
  auto* command = app.add_subcommand("restore", "Restore the store from a backup; stop the gateway first");
  command->add_option("--from", options->folder, "Folder written by `backup`")->required()->type_name("DIR");
  command->add_flag_callback(
      "--force", [options] { options->existing = ExistingStore::replace; },
      "Replace the existing store; the old one is kept beside it");
  add_json_flag(*command, options->format);
  command->callback([&line, options] { line.chosen = [&line, options] { return restore(line, *options); }; });
}

void add_check(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<BackupOptions>();
  auto* command =
      app.add_subcommand("check", "Check the store's files for damage; exit status 3 if one is damaged");
  command->add_flag_callback(
      "--quick", [options] { options->depth = CheckDepth::quick; }, "Faster: skip the indexes and ids");
  add_json_flag(*command, options->format);
  command->callback([&line, options] { line.chosen = [&line, options] { return check(line, *options); }; });
}

}  // namespace stedi::lakehouse
