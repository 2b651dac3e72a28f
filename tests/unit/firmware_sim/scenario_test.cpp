// Scenario files: what ships loads, what is wrong is said with its place.
#include "firmware_sim/people/scenario.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace stedi::firmware {
namespace {

constexpr const char* folder = STEDI_SOURCE_DIR "/config/scenarios";

std::string least(const std::string& more) {
  return "kind = \"people\"\nname = \"x\"\n" + more + "\n[[activity]]\nkind = \"steps\"\n";
}

std::string error_of(const std::string& text) {
  const auto scenario = parse_scenario(text, "x.toml");
  return scenario ? "" : scenario.error().message;
}

TEST(Scenario, EveryShippedFileLoads) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".toml") continue;
    names.insert(entry.path().stem());
    const auto kind = scenario_kind(entry.path());
    ASSERT_TRUE(kind) << entry.path();
    if (*kind == "twin") continue;
    const auto scenario = load_scenario(entry.path());
    ASSERT_TRUE(scenario) << scenario.error().message;
    EXPECT_EQ(scenario->name, entry.path().stem());
  }
  for (const char* shipped : {"clinic", "embedded", "fleet", "home", "hostile", "twin"})
    EXPECT_TRUE(names.contains(shipped)) << shipped;
}

// As long as the guide says, and as good.
TEST(Scenario, GuidesTenLinesAreAScenario) {
  std::ifstream file(STEDI_SOURCE_DIR "/firmware_sim/README.md");
  const std::string guide{std::istreambuf_iterator<char>(file), {}};
  const std::string opening = "```toml\n";
  const std::size_t from = guide.find(opening) + opening.size();
  const std::string text = guide.substr(from, guide.find("```", from) - from);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
  const auto scenario = parse_scenario(text, "guide.toml");
  ASSERT_TRUE(scenario) << scenario.error().message;
  EXPECT_EQ(scenario->population.count, 2);
}

TEST(Scenario, FleetHasTenThousandDevicesAndEmbeddedOne) {
  const auto fleet = load_scenario(std::string(folder) + "/fleet.toml");
  EXPECT_EQ(2 * fleet->population.count, 10'000);
  const auto embedded = load_scenario(std::string(folder) + "/embedded.toml");
  EXPECT_EQ(embedded->population.count, 1);
  EXPECT_FALSE(embedded->population.has_phone);
}

TEST(Scenario, HostileHasEveryFault) {
  const Faults faults = load_scenario(std::string(folder) + "/hostile.toml")->faults;
  for (const BurstFault& fault : {faults.drop, faults.duplicate, faults.reorder, faults.corrupt,
                                  faults.delay.when, faults.corrupt_reading})
    EXPECT_GT(fault.probability, 0);
  for (const TimedFault& fault :
       {faults.flap, faults.half_open, faults.bandwidth.when, faults.reboot, faults.stuck_sensor})
    EXPECT_GT(fault.per_hour, 0);
  EXPECT_GT(faults.clock_step.per_hour, 0);
}

TEST(Scenario, LeastFileHasTheDocumentedDefaults) {
  const auto scenario = parse_scenario(least(""), "x.toml");
  ASSERT_TRUE(scenario) << scenario.error().message;
  EXPECT_EQ(scenario->seed, 1U);
  EXPECT_EQ(scenario->population.count, 1);
  EXPECT_EQ(scenario->trainer.sensor, "VL53L0X");
  EXPECT_EQ(scenario->trainer.rate_hz, 30);
  EXPECT_EQ(scenario->phone.rate_hz, 50);
  EXPECT_EQ(scenario->activities.front().least_steps, 30);
}

TEST(Scenario, UnknownKeyIsRefusedWithFileLineAndKey) {
  EXPECT_EQ(error_of(least("[people]\nage = 3")), "x.toml:4: people.age: unknown key");
  EXPECT_EQ(error_of(least("[faults.drop]\nper_hour = 3")), "x.toml:4: faults.drop.per_hour: unknown key");
  EXPECT_EQ(error_of(least("[faults.fire]\nper_hour = 3")), "x.toml:3: faults.fire: unknown key");
}

TEST(Scenario, WrongTypeIsRefusedWithWhatIsExpected) {
  EXPECT_EQ(error_of(least("[people]\ncount = \"many\"")),
            "x.toml:4: people.count: expected an integer from 1 to 100000, is a string");
  EXPECT_EQ(error_of(least("[trainer]\nsensor = \"sonar\"")),
            "x.toml:4: trainer.sensor: expected one of \"VL53L0X\", \"VL53L1X\", \"HC-SR04\", is a string");
}

TEST(Scenario, LimitOfPeopleHolds) {
  EXPECT_EQ(error_of(least("[people]\ncount = 100000")), "");
  EXPECT_NE(error_of(least("[people]\ncount = 100001")), "");
}

TEST(Scenario, SensorIsNoFasterThanItCanBe) {
  EXPECT_EQ(error_of(least("[trainer]\nrate_hz = 30")), "");
  EXPECT_NE(error_of(least("[trainer]\nrate_hz = 30.1")), "");
  EXPECT_NE(error_of(least("[trainer]\nsensor = \"HC-SR04\"\nrate_hz = 30")), "");
}

TEST(Scenario, SharesOfMoreThanAllPeopleAreRefused) {
  EXPECT_EQ(error_of(least("[people.consent]\ngranted = 0.6\nwithdraws = 0.4")), "");
  EXPECT_NE(error_of(least("[people.consent]\ngranted = 0.6\nwithdraws = 0.41")), "");
}

TEST(Scenario, ClockThatBootsIn1970NeedsASync) {
  EXPECT_NE(error_of(least("[phone.clock]\nboots_in_1970 = 0.1")), "");
  EXPECT_EQ(error_of(least("[phone.clock]\nboots_in_1970 = 0.1\nsync_every_s = 60")), "");
}

TEST(Scenario, ClockIsSetOnceASecondAtMost) {
  EXPECT_EQ(error_of(least("[phone.clock]\nsync_every_s = 1")), "");
  EXPECT_NE(error_of(least("[phone.clock]\nsync_every_s = 0.9")), "");
}

TEST(Scenario, FaultThatWouldNeverEndIsRefused) {
  EXPECT_EQ(error_of(least("[faults.flap]\nper_hour = 60\nmost_s = 60")), "");
  EXPECT_NE(error_of(least("[faults.flap]\nper_hour = 60\nmost_s = 61")), "");
}

TEST(Scenario, NeedsAKindANameAndAnActivity) {
  EXPECT_NE(error_of("name = \"x\"\n[[activity]]\nkind = \"steps\"\n"), "");
  EXPECT_NE(error_of("kind = \"people\"\n[[activity]]\nkind = \"steps\"\n"), "");
  EXPECT_NE(error_of("kind = \"people\"\nname = \"x\"\n"), "");
  EXPECT_NE(error_of("kind = \"people\"\nname = \"a/b\"\n[[activity]]\nkind = \"steps\"\n"), "");
}

}  // namespace
}  // namespace stedi::firmware
