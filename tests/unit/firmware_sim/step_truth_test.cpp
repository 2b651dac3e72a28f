// The truth stream, and the detector that is scored against it.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "core/record/decode.hpp"
#include "firmware_sim/detector/simulation_score.hpp"
#include "firmware_sim/feed/seed_files.hpp"
#include "firmware_sim/twin/twin.hpp"
#include "tests/unit/firmware_sim/simulated.hpp"

namespace stedi::firmware {
namespace {

using nlohmann::json;

json step_schema() {
  std::ifstream file(STEDI_SOURCE_DIR "/firmware_sim/people/step_event.schema.json");
  return json::parse(file);
}

bool has_type(const json& value, const std::string& type) {
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == "string" && value.is_string();
}

// The keywords that the schema uses, and no other.
std::string violation(const json& schema, const json& line) {
  for (const auto& [keyword, value] : schema.items()) {
    static const std::vector<std::string> known = {"$schema",  "title",      "description",         "type",
                                                   "required", "properties", "additionalProperties"};
    if (std::find(known.begin(), known.end(), keyword) == known.end()) return "unknown keyword " + keyword;
  }
  if (!line.is_object()) return "no object";
  for (const auto& name : schema.at("required"))
    if (!line.contains(name)) return "without " + name.get<std::string>();
  for (const auto& [name, value] : line.items()) {
    if (!schema.at("properties").contains(name)) return "unknown " + name;
    const json& rule = schema.at("properties").at(name);
    if (!has_type(value, rule.at("type"))) return name + " of a wrong type";
    if (rule.contains("minimum") && value < rule.at("minimum")) return name + " too small";
    if (rule.contains("maximum") && value > rule.at("maximum")) return name + " too large";
    if (rule.contains("enum") &&
        std::find(rule["enum"].begin(), rule["enum"].end(), value) == rule["enum"].end())
      return name + " not in its enum";
  }
  return "";
}

TEST(StepTruth, EveryLineSatisfiesTheSchema) {
  const json schema = step_schema();
  EXPECT_FALSE(schema.at("additionalProperties"));
  std::size_t lines = 0;
  for (const char* name : {"clinic", "home", "hostile", "embedded"}) {
    const Simulation simulation = simulation_of(shipped_scenario(name));
    for (std::size_t person = 0; person < simulation.people(); ++person) {
      for (const SimulatedRecord& record : all_of(*simulation.open_truth(person))) {
        ASSERT_EQ(violation(schema, json::parse(record.json)), "") << record.json;
        ++lines;
      }
    }
  }
  EXPECT_GT(lines, 5'000U);
}

TEST(StepTruth, SchemaRefusesWhatIsNoStep) {
  const json schema = step_schema();
  const Simulation simulation = simulation_of(shipped_scenario("embedded"));
  SimulatedRecord record;
  ASSERT_TRUE(simulation.open_truth(0)->next(record));
  const json good = json::parse(record.json);
  EXPECT_FALSE(good.contains("phoneClockOffset"));
  for (const auto& [key, value] : {std::pair{"foot", json("both")},
                                   {"email", json("someone@example.com")},
                                   {"person", json(-1)},
                                   {"heelStrikeTime", json("now")}}) {
    json bad = good;
    bad[key] = value;
    EXPECT_NE(violation(schema, bad), "") << key;
  }
}

TEST(StepTruth, ClinicTakesThirtyStepsSixTimesEachOnAlternatingFeet) {
  const Simulation simulation = simulation_of(shipped_scenario("clinic"));
  for (std::size_t person = 0; person < simulation.people(); ++person) {
    const auto steps = all_of(*simulation.open_truth(person));
    ASSERT_EQ(steps.size(), 180U);
    for (std::size_t i = 1; i < steps.size(); ++i) {
      EXPECT_GT(steps[i].time_ms, steps[i - 1].time_ms);
      if (i % 30 == 0) continue;
      EXPECT_NE(json::parse(steps[i].json)["foot"], json::parse(steps[i - 1].json)["foot"]);
    }
  }
}

TEST(StepTruth, NamesNobody) {
  const Simulation simulation = simulation_of(shipped_scenario("clinic"));
  for (const SimulatedRecord& step : all_of(*simulation.open_truth(3))) {
    EXPECT_EQ(step.json.find(simulation.devices()[7].name), std::string::npos);
    EXPECT_EQ(step.json.find(simulation.devices()[8].name), std::string::npos);
  }
}

// The offset in the truth is the one that the readings were stamped with.
TEST(StepTruth, ClockOffsetsAreThoseOfTheReadings) {
  const Simulation simulation = simulation_of(shipped_scenario("home"));
  const auto readings = all_of(*simulation.open(stream_of(simulation, Stream::step_trainer, 0)));
  std::size_t checked = 0;
  for (const SimulatedRecord& step : all_of(*simulation.open_truth(0))) {
    const double offset_ms = json::parse(step.json)["trainerClockOffset"];
    const auto next = std::find_if(readings.begin(), readings.end(), [&](const SimulatedRecord& reading) {
      return reading.due_ms >= step.time_ms;
    });
    if (next == readings.end() || next->due_ms - step.time_ms > 100) continue;
    EXPECT_NEAR(static_cast<double>(next->time_ms - next->due_ms), offset_ms, 3);
    ++checked;
  }
  EXPECT_GT(checked, 200U);
}

// As many pairs as can be, by trying all.
std::size_t most_pairs(const std::vector<std::int64_t>& left, std::vector<std::int64_t> right,
                       std::size_t from, std::int64_t tolerance) {
  if (from == left.size()) return 0;
  std::size_t most = most_pairs(left, right, from + 1, tolerance);
  for (std::size_t i = 0; i < right.size(); ++i) {
    if (std::abs(right[i] - left[from]) > tolerance) continue;
    std::vector<std::int64_t> rest = right;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    most = std::max(most, 1 + most_pairs(left, rest, from + 1, tolerance));
  }
  return most;
}

TEST(Score, MatchesOneToOneAndAsManyAsCanBe) {
  CounterRandom random(1);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::int64_t> left;
    std::vector<std::int64_t> right;
    for (std::int64_t i = random.between(0, 6); i > 0; --i) left.push_back(random.between(0, 30));
    for (std::int64_t i = random.between(0, 6); i > 0; --i) right.push_back(random.between(0, 30));
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
    const Score score = score_steps(left, right, 4);
    EXPECT_EQ(score.matched, most_pairs(left, right, 0, 4));
    EXPECT_EQ(score.true_steps, left.size());
    EXPECT_EQ(score.detected, right.size());
  }
}

TEST(Score, ToleranceIncludesItsLimit) {
  const std::vector<std::int64_t> steps = {1'000};
  EXPECT_EQ(score_steps(steps, std::vector<std::int64_t>{1'100}, 100).matched, 1U);
  EXPECT_EQ(score_steps(steps, std::vector<std::int64_t>{1'101}, 100).matched, 0U);
}

TEST(Detector, SolvesTheClinicButNotTrivially) {
  const Simulation clinic = simulation_of(shipped_scenario("clinic"));
  const double at_100 = score_simulation(clinic, Alignment::trainer_clock, 100).f1();
  const double at_500 = score_simulation(clinic, Alignment::trainer_clock, 500).f1();
  EXPECT_GT(at_100, 0.88);
  EXPECT_GT(at_500, 0.92);
  EXPECT_LT(at_500, 0.98);
}

TEST(Detector, IsWorseWhenTheClocksAreNotAligned) {
  const Simulation clinic = simulation_of(shipped_scenario("clinic"));
  EXPECT_LT(score_simulation(clinic, Alignment::true_time, 100).f1(),
            score_simulation(clinic, Alignment::trainer_clock, 100).f1() - 0.2);
}

std::size_t detected_by(const std::vector<StepTrainerReading>& readings) {
  StepDetector detector;
  std::size_t detected = 0;
  for (const StepTrainerReading& reading : readings)
    detected += detector.push(reading.reading_time_ms, reading.distance_from_object) ? 1 : 0;
  return detected;
}

// F1 of what the detector finds in these distances, as if they had been the clinic's.
double f1_as_the_clinics(const std::vector<std::int64_t>& distances_mm, std::int64_t tolerance_ms) {
  const Simulation clinic = simulation_of(shipped_scenario("clinic"));
  Score score;
  for (std::size_t person = 0; person < clinic.people(); ++person) {
    std::vector<std::int64_t> steps_ms;
    for (const SimulatedRecord& step : all_of(*clinic.open_truth(person))) steps_ms.push_back(step.time_ms);
    StepDetector detector;
    std::vector<std::int64_t> detected_ms;
    for (std::size_t i = 0; i < 6'000; ++i) {
      const std::int64_t at_ms = steps_ms.front() + static_cast<std::int64_t>(i) * 33;
      if (const auto found = detector.push(at_ms, distances_mm[(person * 997 + i) % distances_mm.size()]))
        detected_ms.push_back(*found);
    }
    score += score_steps(steps_ms, detected_ms, tolerance_ms);
  }
  return score.f1();
}

// The public data and their twin have a distance every two to four seconds, drawn evenly: there is no step in
// them. What the detector finds does not depend on their order, and hits steps only as chance does.
TEST(Detector, FindsNothingButNoiseInTheTwin) {
  std::vector<StepTrainerReading> readings =
      generate_twin(load_twin_scenario(STEDI_SOURCE_DIR "/config/scenarios/twin.toml").value())
          .planned.step_trainer;
  // One long recording at the clinic's rate: a tick of 33 ms, so that dips could be as long as steps are.
  for (std::size_t i = 0; i < readings.size(); ++i)
    readings[i].reading_time_ms = static_cast<std::int64_t>(i) * 33;
  const auto in_order = static_cast<double>(detected_by(readings));
  std::vector<std::int64_t> distances;
  for (const StepTrainerReading& reading : readings) distances.push_back(reading.distance_from_object);
  std::vector<std::int64_t> in_any_order = distances;
  std::shuffle(in_any_order.begin(), in_any_order.end(), std::mt19937(1));
  for (std::size_t i = 0; i < readings.size(); ++i) readings[i].distance_from_object = in_any_order[i];
  const auto shuffled = static_cast<double>(detected_by(readings));
  EXPECT_NEAR(in_order, shuffled, 0.25 * shuffled + 20);
  for (const std::int64_t tolerance_ms : {100, 200, 500}) {
    const double f1 = f1_as_the_clinics(distances, tolerance_ms);
    EXPECT_NEAR(f1, f1_as_the_clinics(in_any_order, tolerance_ms), 0.05) << tolerance_ms;
    EXPECT_LT(f1, 0.25) << tolerance_ms;
    RecordProperty("f1_at_" + std::to_string(tolerance_ms) + "_ms", std::to_string(f1));
  }
}

Simulation doing(ActivityKind kind) {
  Scenario scenario;
  scenario.name = "doing";
  scenario.population.count = 6;
  scenario.duration_s = 300;
  scenario.sittings.length_s = 300;
  scenario.activities = {{kind, 30, 30, 20, 40, 1}};
  return simulation_of(scenario);
}

TEST(Detector, NonStepsAreFewSteps) {
  const auto steps = static_cast<double>(
      score_simulation(doing(ActivityKind::steps), Alignment::trainer_clock, 200).detected);
  for (const ActivityKind kind : {ActivityKind::stand, ActivityKind::sit, ActivityKind::object}) {
    const Score score = score_simulation(doing(kind), Alignment::trainer_clock, 200);
    EXPECT_EQ(score.true_steps, 0U);
    EXPECT_LT(static_cast<double>(score.detected), 0.10 * steps) << static_cast<int>(kind);
  }
  // The two that fool it.
  for (const ActivityKind kind : {ActivityKind::turn, ActivityKind::walk_past}) {
    const Score score = score_simulation(doing(kind), Alignment::trainer_clock, 200);
    EXPECT_EQ(score.true_steps, 0U);
    EXPECT_GT(score.detected, 0U) << static_cast<int>(kind);
  }
}

}  // namespace
}  // namespace stedi::firmware
