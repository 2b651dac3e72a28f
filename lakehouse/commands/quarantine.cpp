#include <charconv>
#include <memory>

#include "lakehouse/commands/commands.hpp"
#include "lakehouse/import/quarantine.hpp"
#include "lakehouse/import/quarantine_list.hpp"
#include "lakehouse/landing/store.hpp"

namespace stedi::lakehouse {

namespace {

// Runs of ids shown of one reason, so that a line stays a line; JSON has them all.
constexpr std::size_t max_shown_runs = 8;

struct QuarantineOptions {
  Format format = Format::table;
  std::int64_t limit = 20;
  std::vector<std::string> which;
  std::string reason;
};

Result<std::vector<std::int64_t>> ids_of(const std::vector<std::string>& words) {
  std::vector<std::int64_t> ids;
  for (const std::string& word : words) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id);
    if (error != std::errc() || end != word.data() + word.size() || id < 1)
      return usage_error("quarantine: `" + word + "` is not a row id; see `quarantine list`");
    ids.push_back(id);
  }
  return ids;
}

Result<void> list(const CommandLine& line, const QuarantineOptions& options) {
  const auto kinds = TRY(landing::list_quarantine(line.store().dir));
  Table table{{"stream", "reason", "records", "first_received", "last_received", "payloads_kept", "ids"}, {}};
  const std::size_t most_runs = options.format == Format::table ? max_shown_runs : SIZE_MAX;
  for (const auto& kind : kinds) {
    table.rows.push_back({kind.stream, kind.reason, kind.records, kind.first_received_ms,
                          kind.last_received_ms, kind.payloads_kept, kind.ids.text(most_runs)});
  }
  print(table, options.format);
  return {};
}

Result<void> show(const CommandLine& line, const QuarantineOptions& options) {
  const auto ids = TRY(ids_of(options.which));
  auto landing = TRY(landing::open_landing_for_reading(line.store().dir));
  auto statement = TRY(landing::quarantined_rows(landing, ids, options.limit));
  const auto rows = write_rows(statement, options.format, standard_output());
  return rows ? Result<void>() : in_context("quarantine", rows.error());
}

Result<landing::ReplaySelection> selection_of(const QuarantineOptions& options) {
  landing::ReplaySelection selection;
  const bool all = options.which == std::vector<std::string>{"all"};
  if (options.which.empty() == options.reason.empty())
    return usage_error("quarantine replay: nothing selected: give ids, --reason R, or all");
  if (all) return selection;
  if (!options.reason.empty()) {
    selection.reason = reason_named(options.reason);
    if (!selection.reason)
      return usage_error("quarantine replay: there is no reason `" + options.reason + "`");
    return selection;
  }
  selection.ids = TRY(ids_of(options.which));
  return selection;
}

Result<void> replay(const CommandLine& line, const QuarantineOptions& options) {
  const auto selection = TRY(selection_of(options));
  const auto replayed = TRY(landing::replay_quarantine(line.store().dir, selection, *line.clock));
  Table table{{"stream", "reason", "rows", "landed_records", "cleared", "still_refused", "need_judgement",
               "without_payload"},
              {}};
  landing::ReplayedRows sum;
  for (const auto& one : replayed) {
    sum.landed_records += one.landed_records;
    sum.still_refused += one.still_refused;
    sum.need_judgement += one.need_judgement;
    sum.without_payload += one.without_payload;
    table.rows.push_back({one.stream, one.reason, one.rows, one.landed_records, one.cleared,
                          one.still_refused, one.need_judgement, one.without_payload});
  }
  print(table, options.format);
  if (options.format != Format::table) return {};
  std::printf("%s records landed, %s still refused\n", grouped(sum.landed_records).c_str(),
              grouped(sum.still_refused).c_str());
  if (sum.need_judgement > 0)
    std::printf("%s skipped: a person must decide; give their ids or their --reason\n",
                grouped(sum.need_judgement).c_str());
  if (sum.without_payload > 0)
    std::printf("%s cannot be replayed: their payload has expired or was too long to keep whole\n",
                grouped(sum.without_payload).c_str());
  return {};
}

}  // namespace

void add_quarantine(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("quarantine", "List, show and replay refused records");
  command->require_subcommand(1);
  auto options = std::make_shared<QuarantineOptions>();
  auto* list_command =
      command->add_subcommand("list", "Count refused records by stream and reason, with their ids");
  auto* show_command = command->add_subcommand(
      "show", "Show refused records as received (personal data): by id, or the latest");
  auto* replay_command = command->add_subcommand(
      "replay", "Land the records that are valid now, after a fix; counts what is still refused");
  for (auto* one : {list_command, show_command, replay_command}) add_json_flag(*one, options->format);
  show_command->add_option("ID", options->which, "Ids from `quarantine list`");
  show_command->add_option("--limit", options->limit, "Maximum number of latest records")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}).description(""))
      ->capture_default_str();
  replay_command->add_option(
      "ID", options->which,
      "Ids (you vouch for these records, whoever sent them), or `all`: every record that needs no decision");
  replay_command->add_option("--reason", options->reason, "All records with this reason")
      ->type_name("REASON");
  list_command->callback(
      [&line, options] { line.chosen = [&line, options] { return list(line, *options); }; });
  show_command->callback(
      [&line, options] { line.chosen = [&line, options] { return show(line, *options); }; });
  replay_command->callback(
      [&line, options] { line.chosen = [&line, options] { return replay(line, *options); }; });
}

}  // namespace stedi::lakehouse
