#include "firmware_sim/cli/command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>

#include "core/config/roles_dir.hpp"
#include "core/record/limits.hpp"

namespace stedi::firmware {

namespace {

constexpr double fastest_speed = 1e9;
constexpr std::int64_t max_patience_ms = 3'600'000;
constexpr std::int64_t ack_timeout_growth = default_ack_retry.most_ms / default_ack_retry.first_ms;

// "max" or a factor of the data's own clock.
std::string check_speed(const std::string& text) {
  if (text == "max") return {};
  char* end = nullptr;
  const double speed = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || !(speed > 0) || speed > fastest_speed)
    return "must be a positive number or max";
  return {};
}

// "batch" or how many milliseconds share an fsync.
std::string check_fsync(const std::string& text) {
  if (text == "batch") return {};
  char* end = nullptr;
  const long group_ms = std::strtol(text.c_str(), &end, 10);
  if (end == text.c_str() || *end != '\0' || group_ms < 0 || group_ms > max_fsync_group_ms)
    return "must be batch or milliseconds from 0 to " + std::to_string(max_fsync_group_ms);
  return {};
}

FsyncPolicy fsync_policy(const std::string& text) {
  if (text == "batch") return {FsyncPolicy::Kind::every_batch, 0};
  return {FsyncPolicy::Kind::group, std::strtol(text.c_str(), nullptr, 10)};
}

struct Parsed {
  Command command;
  std::string speed = "max";
  std::string fsync = "0";
  std::string overflow = "wait";
  std::optional<std::int64_t> most_age_s;
  std::filesystem::path password_file;
  std::int64_t ack_timeout_ms = default_ack_retry.first_ms;
  std::int64_t reconnect_max_ms = mqtt::Options().reconnect_max.count();
};

void add_connection_options(CLI::App& verb, Parsed& parsed) {
  mqtt::Options& connection = parsed.command.play.connection;
  verb.add_option("--broker", connection.broker_url,
                  "Broker address: tcp://, mqtt://, ssl:// or mqtts:// HOST[:PORT]")
      ->type_name("URL");
  verb.add_option("--username", connection.username, "User name for the broker")->type_name("NAME");
  verb.add_option("--password-file", parsed.password_file, "File whose first line is the password")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  verb.add_option("--ca-file", connection.ca_file, "TLS: certificates to trust (default: the system's)")
      ->type_name("FILE");
  verb.add_option("--cert-file", connection.cert_file, "TLS: client certificate")->type_name("FILE");
  verb.add_option("--key-file", connection.key_file, "TLS: key of the client certificate")->type_name("FILE");
  verb.add_option("--reconnect-max", parsed.reconnect_max_ms, "Longest wait between connection attempts")
      ->check(CLI::Range(std::int64_t{1}, max_patience_ms))
      ->type_name("MS")
      ->capture_default_str();
  verb.add_option("--ack-timeout", parsed.ack_timeout_ms,
                  "Wait this long for an acknowledgement, then resend; each resend doubles the wait, up to " +
                      std::to_string(ack_timeout_growth) + " times as long")
      ->check(CLI::Range(std::int64_t{1}, max_patience_ms))
      ->type_name("MS")
      ->capture_default_str();
}

void add_play_options(CLI::App& verb, Parsed& parsed) {
  PlayOptions& play = parsed.command.play;
  verb.add_option("--spool", play.spool_dir,
                  "Spool folder, which survives restarts; run again on the same folder to continue")
      ->type_name("DIR")
      ->capture_default_str();
  verb.add_option("--speed", parsed.speed, "N times real time, or max: as fast as the gateway acknowledges")
      ->type_name("N|max")
      ->check(check_speed)
      ->capture_default_str();
  verb.add_option("--batch-records", play.batch_records, "Maximum records in one message")
      ->check(CLI::Range(std::size_t{1}, limits::max_batch_records))
      ->type_name("N")
      ->capture_default_str();
  verb.add_option("--roles-dir", play.roles_dir,
                  "Folder where a gateway on this machine reads which device may speak for everyone")
      ->type_name("DIR")
      ->capture_default_str();
  verb.add_flag("--json", parsed.command.json_summary, "Print the summary as JSON");
}

void add_spool_options(CLI::App& verb, Parsed& parsed) {
  SpoolOptions& spool = parsed.command.play.spool;
  verb.add_option("--spool-policy", parsed.overflow,
                  "When the spool is full: wait for acknowledgements, or drop readings and send a gap record")
      ->check(CLI::IsMember(overflow_policies()))
      ->type_name("wait|drop_oldest|drop_newest")
      ->capture_default_str();
  verb.add_option("--spool-max-bytes", spool.most_bytes, "Maximum size of the spool")
      ->check(CLI::Range(min_spool_bytes, std::size_t{1} << 40))
      ->type_name("BYTES")
      ->capture_default_str();
  verb.add_option("--spool-max-age", parsed.most_age_s,
                  "Drop readings that have waited longer and send a gap record (default: never)")
      ->check(CLI::Range(std::int64_t{1}, max_spool_age_ms / 1000))
      ->type_name("SECONDS");
  verb.add_option("--spool-fsync", parsed.fsync,
                  "One fsync for every batch, or one for all batches within MS milliseconds")
      ->check(check_fsync)
      ->type_name("batch|MS")
      ->capture_default_str();
  verb.add_option("--accepted-log", spool.accepted_log,
                  "Append one line per accepted batch: device boot stream seq records sha256")
      ->type_name("FILE");
}

void add_fleet_options(CLI::App& verb, Parsed& parsed) {
  FleetOptions& fleet = parsed.command.play.fleet;
  verb.add_option("--connections", parsed.command.connections,
                  "Number of connections that the devices share; 0: one connection per device, as real "
                  "devices have (default: 0 for a scenario of people, 1 for a data set and the twin)")
      ->check(CLI::Range(std::size_t{0}, max_connections))
      ->type_name("N");
  verb.add_option("--ramp-up", fleet.ramp_up_per_s, "New connections per second")
      ->check(CLI::Range(std::size_t{1}, max_ramp_up))
      ->type_name("N")
      ->capture_default_str();
}

void define_replay(CLI::App& app, Parsed& parsed) {
  CLI::App* verb =
      app.add_subcommand("replay", "Replay a seed-format data set: send it as its devices would");
  verb->add_option("DIR", parsed.command.source, "Folder with customer/, accelerometer/, step_trainer/, …")
      ->required();
  add_connection_options(*verb, parsed);
  add_play_options(*verb, parsed);
  add_fleet_options(*verb, parsed);
  add_spool_options(*verb, parsed);
  verb->get_option("--broker")->required();
  verb->callback([&parsed] { parsed.command.verb = Command::Verb::replay; });
}

void define_simulate(CLI::App& app, Parsed& parsed) {
  CLI::App* verb =
      app.add_subcommand("simulate", "Generate a scenario's data and send it as its devices would");
  verb->add_option("FILE", parsed.command.source, "Scenario, e.g. config/scenarios/twin.toml")->required();
  add_connection_options(*verb, parsed);
  add_play_options(*verb, parsed);
  add_fleet_options(*verb, parsed);
  add_spool_options(*verb, parsed);
  verb->add_option("--seed", parsed.command.seed, "Use this seed instead of the scenario's")->type_name("S");
  verb->add_option("--expect-out", parsed.command.expect_out,
                   "Also write the expected counts to this file (SPOOL/expect.toml always has them)")
      ->type_name("FILE");
  verb->add_option("--dry-run", parsed.command.dry_run_dir,
                   "Write seed-format files into this folder and publish nothing; a scenario of people also "
                   "writes its truth into DIR-truth (tools/plot draws both)")
      ->type_name("DIR");
  verb->add_option("--batch-ms", parsed.command.batch_ms,
                   "Scenarios of people: each batch holds the readings of this much time")
      ->check(CLI::Range(std::int64_t{1}, max_patience_ms))
      ->type_name("MS")
      ->capture_default_str();
  verb->callback([&parsed, verb] {
    parsed.command.verb = Command::Verb::simulate;
    parsed.command.given = {verb->count("--batch-records") > 0, verb->count("--spool-max-bytes") > 0,
                            verb->count("--spool-policy") > 0};
    if (parsed.command.play.connection.broker_url.empty() && parsed.command.dry_run_dir.empty())
      throw CLI::RequiredError("--broker (or --dry-run)");
  });
}

void add_scenario_options(CLI::App& verb, Parsed& parsed) {
  verb.add_option("FILE", parsed.command.source,
                  "Scenario of kind \"people\", e.g. config/scenarios/clinic.toml")
      ->required();
  verb.add_option("--seed", parsed.command.seed, "Use this seed instead of the scenario's")->type_name("S");
}

void define_score(CLI::App& app, Parsed& parsed) {
  CLI::App* verb = app.add_subcommand("score", "Compare the reference step detector with the true steps");
  add_scenario_options(*verb, parsed);
  verb->add_flag("--json", parsed.command.json_summary, "Print the scores as JSON");
  verb->callback([&parsed] { parsed.command.verb = Command::Verb::score; });
}

std::string first_line(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

const std::map<std::string, OverflowPolicy>& overflow_policies() {
  static const std::map<std::string, OverflowPolicy> policies = {
      {"wait", OverflowPolicy::wait},
      {"drop_oldest", OverflowPolicy::drop_oldest},
      {"drop_newest", OverflowPolicy::drop_newest}};
  return policies;
}

std::variant<Command, int> parse_command(int argc, char** argv) {
  Parsed parsed;
  parsed.command.play.spool_dir = "./stedi-spool";
  parsed.command.play.roles_dir = default_roles_dir();
  CLI::App app(
      "Simulates STEDI devices: each keeps its readings in a durable spool and publishes them over MQTT.",
      "stedi-device");
  app.require_subcommand(1);
  app.footer("Exit status: 0 all acknowledged, 1 failed or stopped, 2 wrong usage or configuration.");
  define_replay(app, parsed);
  define_simulate(app, parsed);
  define_score(app, parsed);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::cerr << "stedi-device: " << error.what() << "; see `stedi-device --help`\n";
    return 2;
  }
  if (parsed.speed != "max") parsed.command.play.speed = std::strtod(parsed.speed.c_str(), nullptr);
  PlayOptions& play = parsed.command.play;
  play.fsync = fsync_policy(parsed.fsync);
  play.spool.overflow = overflow_policies().at(parsed.overflow);
  if (parsed.most_age_s) play.spool.most_age_ms = *parsed.most_age_s * 1000;
  play.session.retry.first_ms = parsed.ack_timeout_ms;
  play.session.retry.most_ms = parsed.ack_timeout_ms * ack_timeout_growth;
  play.connection.reconnect_max = std::chrono::milliseconds(parsed.reconnect_max_ms);
  play.connection.reconnect_min = std::min(play.connection.reconnect_min, play.connection.reconnect_max);
  if (!parsed.password_file.empty())
    parsed.command.play.connection.password = first_line(parsed.password_file);
  return std::move(parsed.command);
}

}  // namespace stedi::firmware
