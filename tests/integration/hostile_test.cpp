// Everything that can go wrong does, between real programs, and every fault is accounted for.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/integration/rig.hpp"
#include "tests/support/tables.hpp"

namespace stedi::test {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// The shipped scenario, shorter and worse.
std::string shortened_hostile() {
  std::string text = read_text(STEDI_SOURCE_DIR "/config/scenarios/hostile.toml");
  text = replaced(text, "duration_s = 600", sanitized ? "duration_s = 90" : "duration_s = 150");
  text = replaced(text, "per_hour = 12", "per_hour = 90");
  text = replaced(text, "per_hour = 18", "per_hour = 90");
  return replaced(text, "probability = 0.002", "probability = 0.02");
}

class Hostile : public ::testing::Test {
 protected:
  Hostile() {
    write_text(rig_.file("hostile.toml"), shortened_hostile());
    rig_.start_gateway();
  }
  int simulate(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {
        "simulate", rig_.file("hostile.toml").string(), "--seed", "7", "--ack-timeout", "300", "--speed",
        "30"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return rig_.start_device(std::move(arguments)).exit_status(play_deadline);
  }
  Output account() {
    return run({"python3", STEDI_SOURCE_DIR "/tools/account", "--json", "--store", rig_.store().string(),
                "--spool", rig_.file("spool").string()},
               {.environment = {}, .input = ""}, play_deadline);
  }

  Rig rig_;
};

TEST_F(Hostile, EveryFaultIsAccountedForInLandingGapsOrQuarantine) {
  ASSERT_EQ(simulate(), 0);
  const Output output = account();
  EXPECT_EQ(output.exit_status, 0) << output.standard_error;
  const auto account = nlohmann::json::parse(output.standard_output);
  for (const char* kind : {"drop", "duplicate", "reorder", "corrupt", "delay", "flap", "half_open",
                           "bandwidth", "reboot", "stuck_sensor", "clock_step", "corrupt_reading"})
    EXPECT_TRUE(account["by_kind"].contains(kind)) << kind << " has not struck";
  EXPECT_EQ(account["accepted"].get<int>(),
            account["landed"].get<int>() + account["quarantined"].get<int>() + account["refused"].get<int>());
  EXPECT_GT(query_integer(rig_.landing(), "SELECT count(*) FROM quarantined_record WHERE is_message = 1"), 0)
      << "what was damaged on its way";
  const auto& corrupt = account["by_kind"]["corrupt_reading"];
  EXPECT_EQ(corrupt.size(), 1U) << corrupt;
  EXPECT_EQ(corrupt["quarantined"], query_integer(rig_.landing(), R"(
      SELECT count(*)
      FROM quarantined_record
      WHERE is_message = 0)"))
      << "each reading that the sensor damaged, alone";
}

TEST_F(Hostile, ASmallSpoolThatDropsTellsSoOverTheSameLines) {
  ASSERT_EQ(simulate({"--spool-policy", "drop_oldest", "--spool-max-bytes", "65536"}), 0);
  const Output output = account();
  EXPECT_EQ(output.exit_status, 0) << output.standard_error;
  EXPECT_GT(nlohmann::json::parse(output.standard_output)["in_gaps"].get<int>(), 0);
}

TEST_F(Hostile, KilledAndStartedAgainOnItsSpoolItGoesOnAndTheAccountHolds) {
  Process device =
      rig_.start_device({"simulate", rig_.file("hostile.toml").string(), "--ack-timeout", "300"});
  ASSERT_TRUE(wait_until([&] { return rig_.landed_batches() > 100 || !device.running(); }));
  ASSERT_TRUE(device.running()) << "the scenario was over before the device could be killed";
  device.kill_now();
  ASSERT_EQ(rig_.start_device({"simulate", rig_.file("hostile.toml").string(), "--ack-timeout", "300"})
                .exit_status(play_deadline),
            0);
  const Output output = account();
  EXPECT_EQ(output.exit_status, 0) << output.standard_error;
}

}  // namespace
}  // namespace stedi::test
