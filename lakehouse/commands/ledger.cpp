#include <cstdio>
#include <memory>

#include "lakehouse/commands/commands.hpp"
#include "lakehouse/consent/ledger_verify.hpp"

namespace stedi::lakehouse {

namespace {

struct LedgerOptions {
  std::vector<std::string> manifests;
  Format format = Format::table;
};

Result<void> verify(const CommandLine& line, const LedgerOptions& options) {
  const auto verified =
      TRY(verify_ledger(line.store(), {options.manifests.begin(), options.manifests.end()}));
  const auto& [head, finding] = verified;
  Value first_bad;
  if (finding) first_bad = finding->entry;
  if (options.format == Format::json) {
    print({{"entries", "head", "first_bad", "finding"},
           {{head.entries, head.seal, first_bad, finding ? finding->what : std::string()}}},
          Format::json);
  } else if (!finding) {
    std::printf(
        head.entries == 0 ? "no entries yet\n" : "%s entries: every seal is valid, the anchors match\n",
        grouped(head.entries).c_str());
  }
  if (!finding) return {};
  return Failure(Error{Fault::difference, "consent ledger: " + finding->what + "; the " +
                                              grouped(head.entries) + " entries before it are unchanged"});
}

}  // namespace

void add_ledger(CLI::App& app, CommandLine& line) {
  auto* command =
      app.add_subcommand("ledger", "Verify the consent ledger: who agreed or withdrew, when and why");
  command->require_subcommand(1);
  auto* verify_command = command->add_subcommand(
      "verify",
      "Verify every entry's seal and the anchors; exit status 3 if one is wrong, with the first bad entry");
  auto options = std::make_shared<LedgerOptions>();
  verify_command
      ->add_option("--manifest", options->manifests,
                   "Export manifests: the ledger must still contain what each one anchors")
      ->type_name("FILE");
  add_json_flag(*verify_command, options->format);
  verify_command->callback(
      [&line, options] { line.chosen = [&line, options] { return verify(line, *options); }; });
}

}  // namespace stedi::lakehouse
