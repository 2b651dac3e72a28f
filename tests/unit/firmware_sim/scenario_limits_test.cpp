// Every key of a scenario of people: at its limits it is taken, beyond them refused, and the guide names it.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "firmware_sim/people/scenario.hpp"

namespace stedi::firmware {
namespace {

// A key and the first and last value that it takes; and a value just below and above.
struct Limits {
  std::string before;  // of the file: the key's table, and what else must stand there
  std::string key;
  std::string below;
  std::string least;
  std::string most;
  std::string above;
};

std::vector<Limits> numbers_of_whole() {
  return {{"", "seed", "-1", "0", "9007199254740991", "9007199254740992"},
          {"", "start_ms", "946684799999", "946684800000", "4000000000000", "4000000000001"},
          {"", "duration_s", "0.9", "1", "31622400", "31622401"},
          {"[people]", "count", "0", "1", "100000", "100001"},
          {"[people]", "age_least", "19", "20", "100", "101"},
          {"[people]\nage_least = 60", "age_most", "59", "60", "100", "101"},
          {"[people.pairing]", "paired", "-0.1", "0", "1", "1.1"},
          {"[people.pairing]", "serial_defect", "-0.1", "0", "1", "1.1"},
          {"[people.pairing]", "repaired", "-0.1", "0", "1", "1.1"},
          {"[people.pairing]", "defect_serials", "0", "1", "100000", "100001"},
          {"[sittings]", "per_person", "0", "1", "100000", "100001"},
          {"[sittings]", "spread_s", "-1", "0", "31622400", "31622401"},
          {"[sittings]", "every_s", "-1", "0", "31622400", "31622401"},
          {"[sittings]", "length_s", "-1", "0", "31622400", "31622401"},
          {"[trainer]", "rate_hz", "0.0009", "0.001", "30", "30.1"},
          {"[trainer]\nsensor = \"VL53L1X\"", "rate_hz", "0.0009", "0.001", "50", "50.1"},
          {"[trainer]\nsensor = \"HC-SR04\"", "rate_hz", "0.0009", "0.001", "16", "16.1"},
          {"[phone]", "rate_hz", "0.0009", "0.001", "50", "50.1"},
          {"[limits]", "spool_max_bytes", "65535", "65536", "1099511627776", "1099511627777"},
          {"[limits]", "batch_records", "-1", "0", "1000", "1001"},
          {"[network]", "latency_ms", "-1", "0", "3600000", "3600001"},
          {"[network]", "jitter_ms", "-1", "0", "3600000", "3600001"}};
}

std::vector<Limits> shares_of_consent() {
  std::vector<Limits> limits;
  for (const std::string key : {"granted", "grants_later", "withdraws", "returns", "without_record"}) {
    const std::string of_all = key == "granted" ? "" : "\ngranted = 0";
    limits.push_back({"[people.consent]" + of_all, key, "-0.1", "0", "1", "1.1"});
  }
  return limits;
}

std::vector<Limits> numbers_of_clocks() {
  std::vector<Limits> limits;
  for (const std::string device : {"[trainer.clock]", "[phone.clock]"}) {
    limits.push_back({device, "start_offset_ms", "-1", "0", "3600000", "3600001"});
    limits.push_back({device, "sync_every_s", "0.9", "1", "31622400", "31622401"});
    limits.push_back({device, "sync_error_ms", "-1", "0", "3600000", "3600001"});
    limits.push_back({device + "\nsync_every_s = 60", "boots_in_1970", "-0.1", "0", "1", "1.1"});
  }
  return limits;
}

std::vector<Limits> numbers_of_faults() {
  std::vector<Limits> limits;
  for (const char* fault : {"drop", "duplicate", "reorder", "corrupt", "delay", "corrupt_reading"}) {
    const std::string table = std::string("[faults.") + fault + "]";
    limits.push_back({table, "probability", "-0.1", "0", "1", "1.1"});
    limits.push_back({table, "burst", "0", "1", "10000", "10001"});
  }
  for (const char* fault : {"flap", "half_open", "bandwidth", "reboot", "stuck_sensor", "clock_step"}) {
    const std::string table = std::string("[faults.") + fault + "]";
    limits.push_back({table + "\nmost_s = 1", "per_hour", "-1", "0", "3600", "3601"});
    limits.push_back({table, "least_s", "-1", "0", "86400", "86401"});
    limits.push_back({table + "\nleast_s = 5", "most_s", "4.9", "5", "86400", "86401"});
  }
  limits.push_back({"[faults.delay]", "least_ms", "-1", "0", "3600000", "3600001"});
  limits.push_back({"[faults.delay]\nleast_ms = 7", "most_ms", "6", "7", "3600000", "3600001"});
  limits.push_back({"[faults.bandwidth]", "bytes_per_s", "0", "1", "1000000000", "1000000001"});
  limits.push_back({"[faults.clock_step]", "least_ms", "-1", "0", "315360000000", "315360000001"});
  limits.push_back(
      {"[faults.clock_step]\nleast_ms = 7", "most_ms", "6", "7", "315360000000", "315360000001"});
  return limits;
}

std::vector<Limits> numbers_of_activities() {
  const std::string steps = "[[activity]]\nkind = \"steps\"";
  std::vector<Limits> limits = {{steps, "share", "0", "0.000000001", "1000000000", "1000000001"},
                                {steps, "least_steps", "0", "1", "10000", "10001"},
                                {steps + "\nleast_steps = 5", "most_steps", "4", "5", "10000", "10001"}};
  for (const char* kind : {"stand", "turn", "walk_past", "sit", "object"}) {
    const std::string other = std::string("[[activity]]\nkind = \"") + kind + "\"";
    limits.push_back({other, "least_s", "0.09", "0.1", "86400", "86401"});
    limits.push_back({other + "\nleast_s = 5", "most_s", "4.9", "5", "86400", "86401"});
  }
  return limits;
}

std::vector<Limits> all_limits() {
  std::vector<Limits> all;
  for (auto some : {numbers_of_whole(), shares_of_consent(), numbers_of_clocks(), numbers_of_faults(),
                    numbers_of_activities()})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

std::string error_with(const Limits& limits, const std::string& value) {
  const std::string text = "kind = \"people\"\nname = \"x\"\n" + limits.before + "\n" + limits.key + " = " +
                           value + "\n[[activity]]\nkind = \"stand\"\n";
  const auto scenario = parse_scenario(text, "x.toml");
  return scenario ? "" : scenario.error().message;
}

TEST(ScenarioLimits, EveryNumberIsTakenAtItsLimitsAndRefusedBeyondThem) {
  for (const Limits& limits : all_limits()) {
    SCOPED_TRACE(limits.before + " " + limits.key);
    EXPECT_EQ(error_with(limits, limits.least), "");
    EXPECT_EQ(error_with(limits, limits.most), "");
    for (const std::string& value : {limits.below, limits.above, std::string("nan"), std::string("\"1\"")}) {
      const std::string error = error_with(limits, value);
      EXPECT_NE(error.find(limits.key + ": expected "), std::string::npos) << value << ": " << error;
    }
  }
}

TEST(ScenarioLimits, EveryWordIsOneOfItsOwn) {
  for (const auto& [before, key, known] :
       {std::tuple{"[trainer]", "sensor", std::vector<std::string>{"VL53L0X", "VL53L1X", "HC-SR04"}},
        {"[phone]", "sensor", {"phone"}},
        {"[trainer.clock]", "oscillator", {"crystal", "rc"}},
        {"[phone.clock]", "oscillator", {"crystal", "rc"}},
        {"[limits]", "spool_policy", {"wait", "drop_oldest", "drop_newest"}},
        {"[[activity]]", "kind", {"steps", "stand", "turn", "walk_past", "sit", "object"}}}) {
    const Limits word{before, key, "", "", "", ""};
    for (const std::string& value : known) EXPECT_EQ(error_with(word, "\"" + value + "\""), "") << value;
    EXPECT_NE(error_with(word, "\"sonar\""), "") << before << key;
    EXPECT_NE(error_with(word, "1"), "") << before << key;
  }
  for (const char* flag : {"phone", "trainer"}) {
    EXPECT_EQ(error_with({"[people]", flag, "", "", "", ""}, "false"), "");
    EXPECT_NE(error_with({"[people]", flag, "", "", "", ""}, "0"), "");
  }
  EXPECT_NE(error_with({"[people]\nphone = false", "trainer", "", "", "", ""}, "false"), "") << "no device";
}

TEST(ScenarioLimits, NoTableTakesAKeyThatItDoesNotKnow) {
  for (const Limits& limits : all_limits()) {
    const std::string error = error_with({limits.before, "fire", "", "", "", ""}, "1");
    EXPECT_NE(error.find("fire: unknown key"), std::string::npos) << limits.before << ": " << error;
  }
  for (const std::string table : {"fire", "people.fire", "trainer.fire", "phone.clock.fire", "faults.fire"}) {
    const std::string error = error_with({"[" + table + "]", "burst", "", "", "", ""}, "1");
    EXPECT_NE(error.find("unknown key"), std::string::npos) << table << ": " << error;
  }
}

TEST(ScenarioLimits, TheGuideNamesEveryTableAndKey) {
  std::ifstream file(STEDI_SOURCE_DIR "/config/scenarios/README.md");
  const std::string guide{std::istreambuf_iterator<char>(file), {}};
  for (const Limits& limits : all_limits()) {
    EXPECT_NE(guide.find("`" + limits.key + "`"), std::string::npos) << limits.key;
    std::string table = limits.before.substr(0, limits.before.find('\n'));
    if (table.starts_with("[faults.")) table = "`" + table.substr(8, table.size() - 9) + "`";
    EXPECT_NE(guide.find(table), std::string::npos) << table;
  }
}

}  // namespace
}  // namespace stedi::firmware
