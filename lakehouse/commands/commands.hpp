// The commands of stedi-lakehouse. Each add_… puts one command on the command line; parsing chooses what to
// do.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <ranges>
#include <string>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "lakehouse/answers/row_writer.hpp"
#include "lakehouse/consent/person.hpp"
#include "lakehouse/runner/comma_separated.hpp"
#include "lakehouse/runner/retention.hpp"
#include "lakehouse/store/progress.hpp"
#include "lakehouse/store/store_folder.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

// What all commands share, filled in by parsing.
struct CommandLine {
  std::string store_dir;
  std::string keys_dir;
  std::string config_file;
  const Clock* clock = nullptr;
  std::function<Result<void>()> chosen;

  // Keys default to STORE-keys beside the store.
  StoreFolder store() const;
  // Of --config, or else of the store's own settings file; off without either.
  Result<Retention> retention() const;
};

void add_import(CLI::App& app, CommandLine& line);
void add_run(CLI::App& app, CommandLine& line);
void add_watch(CLI::App& app, CommandLine& line);
void add_validate(CLI::App& app, CommandLine& line);
void add_status(CLI::App& app, CommandLine& line);
void add_query(CLI::App& app, CommandLine& line);
void add_quarantine(CLI::App& app, CommandLine& line);
void add_export(CLI::App& app, CommandLine& line);
void add_backup(CLI::App& app, CommandLine& line);
void add_restore(CLI::App& app, CommandLine& line);
void add_check(CLI::App& app, CommandLine& line);
void add_ledger(CLI::App& app, CommandLine& line);
void add_consent(CLI::App& app, CommandLine& line);
void add_explain(CLI::App& app, CommandLine& line);
void add_lineage(CLI::App& app, CommandLine& line);

// Takes one of the names and stands for its value; another name is an error that lists them.
template <typename Enum>
CLI::Validator one_of(const std::map<std::string, Enum>& names) {
  const auto translate = [names](std::string& text) -> std::string {
    if (const auto named = names.find(text); named != names.end()) {
      text = std::to_string(static_cast<int>(named->second));
      return "";
    }
    return "must be one of " + comma_separated(std::views::keys(names));
  };
  return CLI::Validator(translate, "");
}

// --profile strict|reference
void add_profile_option(CLI::App& command, std::optional<Profile>& profile);
// --json: `format` is a table for people without it.
void add_json_flag(CLI::App& command, Format& format);
// Where a person stands, since when and why: one row, and lines for people.
Table consent_table(const PersonalConsent& consent);
void print_consent(const PersonalConsent& consent);
// Why bytes of deleted rows are still in the store, and what ends that.
std::string log_not_emptied(Profile profile);
// "12,345": counts as people read them.
std::string grouped(std::int64_t number);

}  // namespace stedi::lakehouse
