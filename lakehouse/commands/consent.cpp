#include "lakehouse/commands/operator_consent.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "core/record/limits.hpp"
#include "core/time_text.hpp"
#include "lakehouse/commands/commands.hpp"

namespace stedi::lakehouse {

namespace {

struct ConsentOptions {
  std::string email;
  std::optional<std::int64_t> at_ms;
  Format format = Format::table;
};

void print_shown(const ConsentShown& shown, Format format) {
  if (format == Format::json) {
    std::printf("{\"consent\":");
    print(consent_table(shown.consent), Format::json);
    std::printf(",\"ledger\":");
    print(shown.ledger, Format::json);
    std::printf("}\n");
    return;
  }
  print_consent(shown.consent);
  if (shown.ledger.rows.empty()) return;
  std::printf("\n");
  print(shown.ledger, Format::table);
}

Result<void> show(const CommandLine& line, const ConsentOptions& options) {
  const auto shown = TRY(show_consent(line.store(), options.email, *line.clock));
  print_shown(shown, options.format);
  return {};
}

Result<void> say(const CommandLine& line, const ConsentOptions& options, ConsentEvent::Action action) {
  const auto shown = TRY(say_consent(line.store(), options.email, action, options.at_ms, *line.clock));
  print_shown(shown, options.format);
  return {};
}

void add_person_options(CLI::App& command, ConsentOptions& options) {
  command.add_option("--email", options.email, "The person's email")->required()->type_name("EMAIL");
  add_json_flag(command, options.format);
}

const CLI::Validator epoch_ms(
    [](const std::string& text) -> std::string {
      std::int64_t value = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      const bool is_whole = error == std::errc() && end == text.data() + text.size();
      if (is_whole && std::abs(value) <= limits::max_integer) return "";
      return "--at must be epoch milliseconds in digits, at most " + std::to_string(limits::max_integer);
    },
    "");

void add_at_option(CLI::App& command, ConsentOptions& options) {
  command
      .add_option(
          "--at", options.at_ms,
          "When the person said it, epoch ms (default: now); before 2000 or over 24 h ahead counts as now")
      ->check(epoch_ms)
      ->type_name("MS");
}

Value number_or_null(const std::optional<std::int64_t>& number) {
  Value value;
  if (number) value = *number;
  return value;
}

}  // namespace

Table consent_table(const PersonalConsent& consent) {
  const Verdict& verdict = consent.verdict;
  return {{"state", "granted_from", "since", "why"},
          {{std::string(stand_name(verdict.stand)), number_or_null(verdict.granted_from_ms),
            number_or_null(consent.since_ms), consent.why}}};
}

void print_consent(const PersonalConsent& consent) {
  std::printf("state  %s", std::string(stand_name(consent.verdict.stand)).c_str());
  if (consent.verdict.granted_from_ms) {
    std::printf(", for readings from %s on", utc_text(*consent.verdict.granted_from_ms).c_str());
  }
  std::printf("\nsince  %s\n", consent.since_ms ? utc_text(*consent.since_ms).c_str() : "always");
  std::printf("why    %s\n", consent.why.c_str());
}

void add_consent(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("consent", "Show or record a person's consent to research");
  command->require_subcommand(1);
  auto options = std::make_shared<ConsentOptions>();
  auto* show_command = command->add_subcommand("show", "Show a person's consent, since when and why");
  add_person_options(*show_command, *options);
  show_command->callback(
      [&line, options] { line.chosen = [&line, options] { return show(line, *options); }; });
  const auto add_saying = [&](const char* name, const char* what, ConsentEvent::Action action) {
    auto* saying = command->add_subcommand(name, what);
    add_person_options(*saying, *options);
    add_at_option(*saying, *options);
    saying->callback([&line, options, action] {
      line.chosen = [&line, options, action] { return say(line, *options, action); };
    });
  };
  add_saying("grant", "Record that a person agrees", ConsentEvent::Action::grant);
  add_saying("withdraw", "Record that a person withdraws; returns when no table shows them any more",
             ConsentEvent::Action::withdraw);
}

}  // namespace stedi::lakehouse
