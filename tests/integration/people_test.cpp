// What a simulation's people and devices say arrives at the truth that the simulation wrote of itself, as
// files and played over MQTT.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "firmware_sim/player/fleet.hpp"
#include "firmware_sim/spool/spool_options.hpp"
#include "tests/integration/rig.hpp"
#include "tests/oracle/read.hpp"

namespace stedi::test {
namespace {

std::string scenario(const std::string& name) {
  return STEDI_SOURCE_DIR "/config/scenarios/" + name + ".toml";
}

// Of the scenarios, those with fewer readings where all takes longer.
std::vector<const char*> played_as_files() {
  if (sanitized) return {"hostile", "embedded"};
  return {"clinic", "home", "hostile", "embedded"};
}

// As their own truth and the policy say, in both profiles.
void expect_truth(Rig& rig, const std::string& counts, const oracle::Landed& landed) {
  const Output jobs = rig.run_jobs();
  ASSERT_EQ(jobs.exit_status, 0) << jobs.standard_error;
  for (const char* profile : {"strict", "reference"}) rig.expect_as_by_the_rules(profile, landed, counts);
}

class PeopleFiles : public testing::TestWithParam<const char*> {};

TEST_P(PeopleFiles, ImportArrivesAtTheirOwnTruthAndAtThePolicys) {
  Rig rig;
  const std::string folder = rig.file("data").string();
  Process device({program("stedi-device"), "simulate", scenario(GetParam()), "--dry-run", folder});
  ASSERT_EQ(device.exit_status(play_deadline), 0);
  // The truth stands beside the folder, so that an import of the folder does not meet it.
  EXPECT_TRUE(std::filesystem::exists(folder + "-truth/steps-" + GetParam() + ".ndjson"));
  const Output import = rig.lakehouse({"import", folder});
  ASSERT_EQ(import.exit_status, 0) << import.standard_error;
  expect_truth(rig, folder + "-truth/expect.toml", oracle::read_data_set(folder, now_ms()));
}

INSTANTIATE_TEST_SUITE_P(People, PeopleFiles, testing::ValuesIn(played_as_files()));

TEST(People, EachLimitOfAFleetAndItsSpoolIsTakenAndNothingBeyondIt) {
  using namespace firmware;
  const TempDir folder;
  write_text(folder / "two.toml", R"(
    kind = "people"
    name = "two"
    [people]
    count = 2
    [sittings]
    length_s = 10
    [[activity]]
    kind = "stand"
  )");
  const auto exit_status = [&folder](const std::string& option, std::size_t value) {
    return run({program("stedi-device"), "simulate", folder / "two.toml", "--dry-run", folder / "data",
                option, std::to_string(value)})
        .exit_status;
  };
  struct Limit {
    std::string option;
    std::size_t taken;
    std::size_t refused;
  };
  for (const auto& [option, taken, refused] :
       {Limit{"--connections", max_connections, max_connections + 1},
        Limit{"--ramp-up", max_ramp_up, max_ramp_up + 1}, Limit{"--ramp-up", 1, 0},
        Limit{"--spool-max-bytes", min_spool_bytes, min_spool_bytes - 1}}) {
    EXPECT_EQ(exit_status(option, taken), 0) << option << ' ' << taken;
    EXPECT_EQ(exit_status(option, refused), 2) << option << ' ' << refused;
  }
}

TEST(People, ScoreIsDrawnFromAScenarioAlone) {
  const auto device = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program("stedi-device"));
    return run(std::move(arguments));
  };
  EXPECT_EQ(device({"score", scenario("twin")}).exit_status, 2);  // it has no truth

  const Output score = device({"score", scenario("embedded"), "--json"});
  ASSERT_EQ(score.exit_status, 0) << score.standard_error;
  const auto rows = nlohmann::json::parse(score.standard_output);
  ASSERT_EQ(rows.size(), 6U);
  EXPECT_EQ(rows[0]["tolerance_ms"], 100);
  EXPECT_GT(rows[0]["f1"], 0.9);
}

TEST(People, PlayedOverMqttTheyArriveAtTheirOwnTruthAndAtThePolicys) {
  Rig rig;
  rig.start_gateway();
  const std::string expected = rig.file("expect.toml").string();
  Process device = rig.start_device({"simulate", scenario("home"), "--expect-out", expected});
  ASSERT_EQ(device.exit_status(play_deadline), 0);
  const std::string folder = rig.file("data").string();
  ASSERT_EQ(run({program("stedi-device"), "simulate", scenario("home"), "--dry-run", folder}).exit_status, 0);
  expect_truth(rig, expected, oracle::read_data_set(folder, now_ms()));
}

}  // namespace
}  // namespace stedi::test
