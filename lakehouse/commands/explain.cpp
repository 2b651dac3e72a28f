#include "lakehouse/answers/explain.hpp"

#include <cstdio>
#include <memory>

#include "lakehouse/commands/commands.hpp"

namespace stedi::lakehouse {

namespace {

struct ExplainOptions {
  std::string email;
  Format format = Format::table;
};

void print_section(const char* title, const Table& table) {
  if (table.rows.empty()) return;
  std::printf("\n%s\n\n", title);
  print(table, Format::table);
}

void print_for_people(const Explanation& explanation) {
  print_consent(explanation.consent);
  print_section("What is held", explanation.held);
  print_section("Customer records as landed", explanation.customer_records);
  print_section("Consent events as landed", explanation.consent_events);
  print_section("Serials", explanation.serials);
  print_section("Why each record is in a table, or not", explanation.reasons);
  for (const std::string& profile : explanation.never_run) {
    std::printf("\n%s has no tables: it has never been run\n", profile.c_str());
  }
}

void print_json(const Explanation& explanation) {
  const std::array<std::pair<const char*, const Table&>, 5> tables = {
      {{"held", explanation.held},
       {"customer_records", explanation.customer_records},
       {"consent_events", explanation.consent_events},
       {"serials", explanation.serials},
       {"reasons", explanation.reasons}}};
  std::printf("{\"consent\":");
  print(consent_table(explanation.consent), Format::json);
  for (const auto& [name, table] : tables) {
    std::printf(",\"%s\":", name);
    print(table, Format::json);
  }
  Table never_run{{"profile"}, {}};
  for (const std::string& profile : explanation.never_run) never_run.rows.push_back({profile});
  std::printf(",\"never_run\":");
  print(never_run, Format::json);
  std::printf("}\n");
}

Result<void> explain(const CommandLine& line, const ExplainOptions& options) {
  const auto explanation = TRY(explain_person(line.store(), options.email, *line.clock));
  options.format == Format::json ? print_json(explanation) : print_for_people(explanation);
  return {};
}

}  // namespace

void add_explain(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand(
      "explain", "Show a person's data and why each record is or is not in each table (personal data)");
  auto options = std::make_shared<ExplainOptions>();
  command->add_option("--email", options->email, "The person's email")->required()->type_name("EMAIL");
  add_json_flag(*command, options->format);
  command->callback([&line, options] { line.chosen = [&line, options] { return explain(line, *options); }; });
}

}  // namespace stedi::lakehouse
