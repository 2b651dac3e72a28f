#include "lakehouse/answers/lineage.hpp"

#include <memory>

#include "core/time_text.hpp"
#include "lakehouse/commands/commands.hpp"

namespace stedi::lakehouse {

namespace {

struct LineageOptions {
  std::optional<Profile> profile;
  Format format = Format::table;
};

constexpr std::size_t shown_hash_digits = 12;

Row row_of(const TableLineage& table, Format format) {
  const bool for_people = format == Format::table;
  Value last_run;
  last_run = table.last_run_ms;
  if (for_people) last_run = utc_text(table.last_run_ms);
  return {std::string(profile_name(table.profile)),
          table.table,
          table.rows,
          last_run,
          table.behind,
          table.waiting_ms,
          for_people ? table.job_hash.substr(0, shown_hash_digits) : table.job_hash,
          table.inputs};
}

Result<void> lineage(const CommandLine& line, const LineageOptions& options) {
  const auto tables = TRY(lineage_of(line.store(), options.profile, *line.clock));
  Table shown{{"profile", "table", "rows", "last_run", "behind", "waiting_ms", "job_hash", "inputs"}, {}};
  for (const TableLineage& table : tables) shown.rows.push_back(row_of(table, options.format));
  print(shown, options.format);
  return {};
}

}  // namespace

void add_lineage(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("lineage", "Show where each table comes from and how fresh it is");
  auto options = std::make_shared<LineageOptions>();
  add_profile_option(*command, options->profile);
  add_json_flag(*command, options->format);
  command->callback([&line, options] { line.chosen = [&line, options] { return lineage(line, *options); }; });
}

}  // namespace stedi::lakehouse
