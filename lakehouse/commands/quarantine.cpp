#include <memory>

#include "lakehouse/commands/commands.hpp"
#include "lakehouse/landing/store.hpp"

namespace stedi::lakehouse {

namespace {

struct QuarantineOptions {
  Format format = Format::table;
  std::int64_t limit = 20;
};

Result<void> answer(const CommandLine& line, const std::string& sql, Format format) {
  auto landing = landing::open_landing_for_reading(line.store().dir);
  if (!landing) return Failure(landing.error());
  auto statement = landing->prepare(sql);
  if (!statement) return in_context("quarantine", statement.error());
  const auto rows = write_rows(*statement, format, standard_output());
  return rows ? Result<void>() : in_context("quarantine", rows.error());
}

Result<void> list(const CommandLine& line, const QuarantineOptions& options) {
  return answer(
      line,
      "SELECT stream, reason, COUNT(*) AS records, MIN(received) AS first_received, "
      "MAX(received) AS last_received FROM quarantine GROUP BY stream, reason ORDER BY stream, reason",
      options.format);
}

Result<void> show(const CommandLine& line, const QuarantineOptions& options) {
  return answer(line,
                "SELECT quarantine_id, stream, reason, received, payload FROM quarantined_record "
                "ORDER BY quarantine_id DESC LIMIT " +
                    std::to_string(options.limit),
                options.format);
}

}  // namespace

void add_quarantine(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("quarantine", "Records that were refused, and why");
  command->require_subcommand(1);
  auto options = std::make_shared<QuarantineOptions>();
  auto* list_command = command->add_subcommand("list", "How many by stream and reason");
  auto* show_command =
      command->add_subcommand("show", "The latest refused records as they came (personal data)");
  add_json_flag(*list_command, options->format);
  add_json_flag(*show_command, options->format);
  show_command->add_option("--limit", options->limit, "How many at most")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}).description(""))
      ->capture_default_str();
  list_command->callback(
      [&line, options] { line.chosen = [&line, options] { return list(line, *options); }; });
  show_command->callback(
      [&line, options] { line.chosen = [&line, options] { return show(line, *options); }; });
}

}  // namespace stedi::lakehouse
