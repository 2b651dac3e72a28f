#include "tests/integration/rig.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <stdexcept>

#include "tests/oracle/read.hpp"
#include "tests/support/data_set.hpp"
#include "tests/support/tables.hpp"

namespace stedi::test {
namespace {

constexpr std::size_t sanitized_people = 60;

// Copies the records of the first people, file by file.
void copy_first_people(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::set<std::string> people;
  const auto copy = [&](const char* stream, const char* owner_field, bool is_customer) {
    for (const auto& entry : std::filesystem::directory_iterator(from / stream / "landing")) {
      std::filesystem::create_directories(to / stream / "landing");
      std::ifstream in(entry.path());
      std::ofstream out(to / stream / "landing" / entry.path().filename());
      for (std::string line; std::getline(in, line);) {
        const auto record = nlohmann::json::parse(line);
        if (is_customer && people.size() < 2 * sanitized_people) {
          people.insert(record.at("email").get<std::string>());
          people.insert(record.at("serialNumber").get<std::string>());
        }
        if (people.contains(record.at(owner_field).get<std::string>())) {
          out << line << '\n';
        }
      }
    }
  };
  copy("customer", "email", true);
  copy("accelerometer", "user", false);
  copy("step_trainer", "serialNumber", false);
}

// How many records went where, of one stream in one profile's reconciliation.
oracle::Counts fates_in(const nlohmann::json& reconciliation, const std::string& profile,
                        const char* stream) {
  oracle::Counts counts;
  for (const auto& row : reconciliation) {
    const bool is_fate =
        row.at("zone") == profile && row.at("stream") == stream && row.at("reason") != "landed";
    if (is_fate && row.at("rows") != 0) counts[row.at("reason")] = row.at("rows");
  }
  return counts;
}

}  // namespace

const std::filesystem::path& played_data() {
  static const TempDir first_people;
  static const std::filesystem::path folder = [] {
    if (!sanitized) {
      return stedi_data().value();
    }
    copy_first_people(stedi_data().value(), first_people.path());
    return first_people.path();
  }();
  return folder;
}

const oracle::Landed& played_records() {
  static const oracle::Landed records = oracle::read_data_set(played_data(), now_ms());
  return records;
}

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string program(std::string_view name) {
  return std::string(STEDI_PROGRAM_DIR "/") + std::string(name);
}

Process::Options Rig::options() const {
  return {.environment = {{"STEDI_ROLES_DIR", (files_ / "roles").string()}}, .input = ""};
}

void Rig::start_gateway() {
  gateway_.emplace(
      std::vector<std::string>{program("stedi-gateway"), "--config", STEDI_SOURCE_DIR "/config/gateway.toml",
                               "--store", store().string(), "--keys", keys().string(), "--broker",
                               broker_.url(), "--http", "127.0.0.1:0"},
      options());
  const auto is_ready = [&] { return gateway_->standard_error().find(" ready\n") != std::string::npos; };
  wait_until([&] { return is_ready() || !gateway_->running(); });
  if (!is_ready()) {
    throw std::runtime_error("the gateway does not become ready: " + gateway_->standard_error());
  }
}

std::uint16_t Rig::http_port() const {
  static const std::regex line("status on http://127\\.0\\.0\\.1:([0-9]+)");
  const std::string log = gateway_->standard_error();
  std::smatch match;
  if (!std::regex_search(log, match, line)) {
    throw std::runtime_error("the gateway does not say where its status is: " + log);
  }
  return static_cast<std::uint16_t>(std::stoi(match[1]));
}

Process Rig::start_device(std::vector<std::string> arguments, std::string_view spool) {
  arguments.insert(arguments.begin(), program("stedi-device"));
  arguments.insert(arguments.end(), {"--broker", broker_.url(), "--spool", file(spool).string()});
  return Process(std::move(arguments), options());
}

Process Rig::start_client(const std::string& name, std::vector<std::string> arguments,
                          const std::string& input) {
  arguments.insert(arguments.begin(),
                   {name, "-h", "127.0.0.1", "-p", std::to_string(broker_.port()), "-V", "5", "-q", "1"});
  return Process(std::move(arguments), {.environment = {}, .input = input});
}

void Rig::publish(const std::string& topic, const std::string& payload) {
  Process client = start_client("mosquitto_pub", {"-t", topic, "-s"}, payload);
  if (client.exit_status() != 0) {
    throw std::runtime_error("mosquitto_pub failed");
  }
}

Output Rig::lakehouse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {program("stedi-lakehouse"), "--store", store().string(), "--keys", keys().string()});
  return run(std::move(arguments), options(), play_deadline);
}

Output Rig::run_jobs() {
  Output strict = lakehouse({"run", "--profile", "strict"});
  return strict.exit_status == 0 ? lakehouse({"run", "--profile", "reference"}) : strict;
}

oracle::Outcome Rig::by_the_rules(const std::string& profile, const oracle::Landed& landed) const {
  return profile == "strict" ? oracle::strict(landed, pseudonyms_of(keys())) : oracle::reference(landed);
}

void Rig::expect_as_by_the_rules(const std::string& profile, const oracle::Landed& landed,
                                 const std::string& counts) {
  SCOPED_TRACE(profile);
  const oracle::Outcome outcome = by_the_rules(profile, landed);
  EXPECT_EQ(oracle::difference(outcome.tables, read_tables(zones(profile), zone_views)), "");
  std::vector<std::string> arguments = {"validate", "--profile", profile, "--json"};
  if (!counts.empty()) arguments.insert(arguments.end(), {"--expect", counts});
  const Output validate = lakehouse(std::move(arguments));
  ASSERT_EQ(validate.exit_status, 0) << validate.standard_output << validate.standard_error;
  const auto rows = nlohmann::json::parse(validate.standard_output).at("reconciliation");
  EXPECT_EQ(fates_in(rows, profile, "customer"), oracle::count(outcome.customers));
  EXPECT_EQ(fates_in(rows, profile, "accelerometer"), oracle::count(outcome.movements));
  EXPECT_EQ(fates_in(rows, profile, "step_trainer"), oracle::count(outcome.steps));
}

std::int64_t Rig::landed_batches() const {
  return query_integer(landing(), "SELECT COALESCE(MAX(batch_id), 0) FROM batch");
}

}  // namespace stedi::test
