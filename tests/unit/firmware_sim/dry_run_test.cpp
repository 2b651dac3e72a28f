// The truth files of a dry run say enough to put every line of it on true time, beside what truly happened.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "firmware_sim/people/device_truth.hpp"
#include "firmware_sim/people/seed_folder.hpp"
#include "firmware_sim/spool/spool.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/firmware_sim/simulated.hpp"

namespace stedi::firmware {
namespace {

using nlohmann::json;

std::vector<json> lines_of(const std::filesystem::path& file) {
  std::vector<json> lines;
  std::istringstream text(test::read_text(file));
  for (std::string line; std::getline(text, line);) lines.push_back(json::parse(line));
  return lines;
}

Simulation short_hostile() {
  Scenario scenario = shipped_scenario("hostile");
  scenario.duration_s = 200;
  scenario.sittings.length_s = 200;
  return simulation_of(scenario);
}

std::string kind_of(const Simulation& simulation, std::size_t device) {
  return simulation.devices()[device].kind == DeviceKind::phone ? "phone" : "trainer";
}

struct Written {
  test::TempDir folder;
  Simulation simulation = short_hostile();
  Written() { EXPECT_TRUE(write_seed_folder(simulation, folder / "data")); }
  std::vector<json> truth(const std::string& what) const {
    return lines_of(folder / ("data-truth/" + what + "-hostile.ndjson"));
  }
};

TEST(DryRunTruth, NamesEachDeviceOnTheWireAndItsLines) {
  const Written written;
  const Simulation& simulation = written.simulation;
  std::map<std::pair<std::size_t, std::string>, json> told;
  for (const json& line : written.truth("devices")) {
    if (line.at("device") == "website") {
      EXPECT_EQ(line.at("seed"), simulation.scenario().seed);
    } else {
      told[{line.at("person"), line.at("device")}] = line;
    }
  }
  EXPECT_EQ(told.size(), simulation.devices().size() - 1);
  std::map<std::string, std::size_t> lines;
  for (std::size_t i = 0; i < simulation.streams().size(); ++i) {
    const std::size_t device = simulation.streams()[i].device;
    if (device == 0) continue;
    const std::string kind = kind_of(simulation, device);
    const json& line = told.at({simulation.person_of(device), kind});
    EXPECT_EQ(line.at("firstLine"), lines[kind] + 1);
    EXPECT_EQ(line.at("lines"), all_of(*simulation.open(i)).size());
    const RecordedDevice& named = simulation.devices()[device];
    EXPECT_EQ(line.at("id"), simulated_device_id(simulation.identity_seed(), named.kind, named.name));
    EXPECT_EQ(line.dump().find(named.name), std::string::npos);
    lines[kind] += line.at("lines").get<std::size_t>();
  }
}

// By the file alone: a reading's time less the offset that was told last is when it left the sensor.
TEST(DryRunTruth, ClocksPutEveryReadingOnTrueTime) {
  const Written written;
  const Simulation& simulation = written.simulation;
  std::map<std::pair<std::string, std::size_t>, std::int64_t> told;
  for (const json& line : written.truth("clocks"))
    told[{line.at("device"), line.at("line")}] = line.at("offset");
  const std::size_t changes = told.size();
  std::size_t readings = 0;
  std::map<std::string, std::size_t> lines;
  for (std::size_t i = 0; i < simulation.streams().size(); ++i) {
    const std::size_t device = simulation.streams()[i].device;
    if (device == 0) continue;
    const std::string kind = kind_of(simulation, device);
    for (const SimulatedRecord& record : all_of(*simulation.open(i))) {
      const std::int64_t offset_ms = std::prev(told.upper_bound({kind, ++lines[kind]}))->second;
      ASSERT_LT(std::abs(record.time_ms - offset_ms - record.due_ms), told_offset_ms);
      ++readings;
    }
  }
  EXPECT_LT(changes, readings / 20);
}

TEST(DryRunTruth, ActivitiesFollowEachOtherAndHoldEveryStep) {
  const Written written;
  std::map<std::size_t, std::int64_t> until;
  const auto activities = written.truth("activities");
  for (const json& activity : activities) {
    auto& end =
        until.try_emplace(activity.at("person"), written.simulation.scenario().start_ms).first->second;
    EXPECT_EQ(activity.at("from"), end);
    end = activity.at("until");
  }
  for (const json& step : written.truth("steps")) {
    const auto holds = [&step](const json& activity) {
      return activity.at("activity") == "steps" && activity.at("person") == step.at("person") &&
             activity.at("sitting") == step.at("sitting") && activity.at("from") <= step.at("liftOffTime") &&
             activity.at("until") >= step.at("heelStrikeTime");
    };
    EXPECT_TRUE(std::any_of(activities.begin(), activities.end(), holds)) << step;
  }
}

}  // namespace
}  // namespace stedi::firmware
