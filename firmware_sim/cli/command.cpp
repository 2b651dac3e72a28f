#include "firmware_sim/cli/command.hpp"

#include <CLI/CLI.hpp>
#include <fstream>

#include "core/config/roles_dir.hpp"
#include "core/record/limits.hpp"

namespace stedi::firmware {

namespace {

constexpr double fastest_speed = 1e9;

// "max" or a factor of the data's own clock.
std::string check_speed(const std::string& text) {
  if (text == "max") return {};
  char* end = nullptr;
  const double speed = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || !(speed > 0) || speed > fastest_speed)
    return "must be a positive number or max";
  return {};
}

struct Parsed {
  Command command;
  std::string speed = "max";
  std::filesystem::path password_file;
};

void add_connection_options(CLI::App& verb, Parsed& parsed) {
  mqtt::Options& connection = parsed.command.play.connection;
  verb.add_option("--broker", connection.broker_url, "tcp://, mqtt://, ssl:// or mqtts:// HOST[:PORT]")
      ->type_name("URL");
  verb.add_option("--username", connection.username, "User name at the broker")->type_name("NAME");
  verb.add_option("--password-file", parsed.password_file, "File whose first line is the password")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  verb.add_option("--ca-file", connection.ca_file, "TLS: certificates to trust (default: the system's)")
      ->type_name("FILE");
  verb.add_option("--cert-file", connection.cert_file, "TLS: client certificate")->type_name("FILE");
  verb.add_option("--key-file", connection.key_file, "TLS: key of the client certificate")->type_name("FILE");
}

void add_play_options(CLI::App& verb, Parsed& parsed) {
  PlayOptions& play = parsed.command.play;
  verb.add_option("--spool", play.spool_dir,
                  "Folder of the durable spool; run again on it, the same data go on where they stopped")
      ->type_name("DIR")
      ->capture_default_str();
  verb.add_option("--speed", parsed.speed, "N times the data's own clock, or max: as fast as acknowledged")
      ->type_name("N|max")
      ->check(check_speed)
      ->capture_default_str();
  verb.add_option("--batch-records", play.batch_records, "Most records in one message")
      ->check(CLI::Range(std::size_t{1}, limits::max_batch_records))
      ->type_name("N")
      ->capture_default_str();
  verb.add_option("--roles-dir", play.roles_dir,
                  "Where a gateway on this machine looks up which device may speak for everyone")
      ->type_name("DIR")
      ->capture_default_str();
  verb.add_flag("--json", parsed.command.json_summary, "Print the summary as JSON");
}

void define_replay(CLI::App& app, Parsed& parsed) {
  CLI::App* verb = app.add_subcommand("replay", "Play a seed-format data set as the devices it came from");
  verb->add_option("DIR", parsed.command.source, "Folder with customer/, accelerometer/, step_trainer/, …")
      ->required();
  add_connection_options(*verb, parsed);
  add_play_options(*verb, parsed);
  verb->get_option("--broker")->required();
  verb->callback([&parsed] { parsed.command.verb = Command::Verb::replay; });
}

void define_simulate(CLI::App& app, Parsed& parsed) {
  CLI::App* verb = app.add_subcommand("simulate", "Generate a scenario's data and play them as its devices");
  verb->add_option("FILE", parsed.command.source, "Scenario, e.g. config/scenarios/twin.toml")->required();
  add_connection_options(*verb, parsed);
  add_play_options(*verb, parsed);
  verb->add_option("--seed", parsed.command.seed, "Instead of the scenario's own seed")->type_name("S");
  verb->add_option("--expect-out", parsed.command.expect_out,
                   "Also write the expected counts here (they always stand in SPOOL/expect.toml)")
      ->type_name("FILE");
  verb->add_option("--dry-run", parsed.command.dry_run_dir,
                   "Write seed-format files into this folder instead of publishing")
      ->type_name("DIR");
  verb->callback([&parsed] {
    parsed.command.verb = Command::Verb::simulate;
    if (parsed.command.play.connection.broker_url.empty() && parsed.command.dry_run_dir.empty())
      throw CLI::RequiredError("--broker (or --dry-run)");
  });
}

std::string first_line(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

std::variant<Command, int> parse_command(int argc, char** argv) {
  Parsed parsed;
  parsed.command.play.spool_dir = "./stedi-spool";
  parsed.command.play.roles_dir = default_roles_dir();
  CLI::App app("Stands in for STEDI hardware: devices with a durable spool that publish over MQTT.",
               "stedi-device");
  app.require_subcommand(1);
  app.footer("Exit status: 0 all acknowledged, 1 failed or stopped, 2 wrong usage or configuration.");
  define_replay(app, parsed);
  define_simulate(app, parsed);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (parsed.speed != "max") parsed.command.play.speed = std::strtod(parsed.speed.c_str(), nullptr);
  if (!parsed.password_file.empty())
    parsed.command.play.connection.password = first_line(parsed.password_file);
  return std::move(parsed.command);
}

}  // namespace stedi::firmware
