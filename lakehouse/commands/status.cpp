#include "lakehouse/answers/status.hpp"

#include <memory>

#include "core/time_text.hpp"
#include "lakehouse/commands/commands.hpp"

namespace stedi::lakehouse {

namespace {

Row row_of(const TableStatus& table) {
  Row row{table.zone, table.table, table.rows, std::monostate{}, std::monostate{}};
  if (table.last_run_ms) row[3] = utc_text(*table.last_run_ms);
  if (table.landed_since) row[4] = *table.landed_since;
  return row;
}

Result<void> status(const CommandLine& line, Format format) {
  const auto tables = TRY(status_of(line.store()));
  Table shown{{"zone", "table", "rows", "last_run", "landed_since"}, {}};
  for (const TableStatus& table : tables) shown.rows.push_back(row_of(table));
  print(shown, format);
  return {};
}

}  // namespace

void add_status(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("status", "Show what is in the store and how far the tables are behind");
  auto format = std::make_shared<Format>(Format::table);
  add_json_flag(*command, *format);
  command->callback([&line, format] { line.chosen = [&line, format] { return status(line, *format); }; });
}

}  // namespace stedi::lakehouse
