// The fault layer on a clock that is moved: the power, the sensors, and the fault log.
#include "firmware_sim/faults/fault_layer.hpp"

#include "tests/unit/firmware_sim/faulty_line.hpp"

namespace stedi::firmware {
namespace {

FaultPlan plan_with(double speed) {
  FaultPlan plan;
  plan.faults.reboot = {36, 1, 2};
  plan.speed = speed;
  plan.start_ms = 1'000'000;
  return plan;
}

class FaultLayerTest : public FaultyLineTest {
 protected:
  // Plays the data's clock from `from_s` to `to_s` by steps; how long each power cut lasted.
  std::vector<std::int64_t> power_cuts(FaultLayer& layer, std::int64_t from_s, std::int64_t to_s,
                                       std::int64_t step_s) {
    const std::vector<std::string> ids = {device};
    EXPECT_TRUE(layer.on_life(ids, boot));
    FedBatch batch;
    batch.first_at_ms = 1'000'000 + from_s * 1'000;
    EXPECT_TRUE(layer.on_sealed({}, batch));
    std::vector<std::int64_t> cuts;
    for (std::int64_t at_s = from_s; at_s <= to_s; at_s += step_s) {
      EXPECT_TRUE(layer.advance(1'000'000 + at_s * 1'000));
      while (const auto cut = layer.power_cut()) cuts.push_back(*cut);
    }
    return cuts;
  }
};

TEST_F(FaultLayerTest, ThePowerIsCutAsOftenAnHourAsToldHoweverTheDatasClockSteps) {
  for (const std::int64_t step_s : {1, 60, 3'600}) {
    FaultLayer layer(plan_with(1), nullptr, clock_, *log_);
    const auto cuts = power_cuts(layer, 0, 3'600, step_s);
    EXPECT_EQ(cuts.size(), 36U) << step_s;
    for (const std::int64_t lasts_ms : cuts) {
      EXPECT_GE(lasts_ms, 999);
      EXPECT_LE(lasts_ms, 2'000);
    }
  }
  EXPECT_EQ(log_->counts().at("reboot"), 3 * 36U);
}

TEST_F(FaultLayerTest, FaultsLastAsLongOnTheDatasClockAndAHundredthAtFullSpeed) {
  for (const double speed : {2.0, 0.0}) {
    FaultLayer layer(plan_with(speed), nullptr, clock_, *log_);
    for (const std::int64_t lasts_ms : power_cuts(layer, 0, 600, 1)) {
      EXPECT_GE(lasts_ms, speed > 0 ? 499 : 9);
      EXPECT_LE(lasts_ms, speed > 0 ? 1'000 : 20);
    }
  }
}

TEST_F(FaultLayerTest, WhatWasOverBeforeALifeBeganIsNotBroughtAboutAgain) {
  FaultLayer layer(plan_with(1), nullptr, clock_, *log_);
  const auto cuts = power_cuts(layer, 1'800, 3'600, 1);
  EXPECT_GE(cuts.size(), 18U);
  EXPECT_LE(cuts.size(), 19U);
}

TEST_F(FaultLayerTest, ASensorsFaultStandsInTheLogWithTheFirstBatchThatShowsIt) {
  FaultPlan plan;
  plan.sensor_faults = [](std::size_t) {
    return std::vector<SensorFault>{
        {SensorFault::Kind::stuck_sensor, 1'000, 2'000, 0},
        {SensorFault::Kind::clock_step, 10'000, 11'000, 500},  // nothing said then
        {SensorFault::Kind::clock_step, 20'000, 90'000, 500}};
  };
  FaultLayer layer(plan, nullptr, clock_, *log_);
  const std::vector<std::string> ids = {std::string(32, 'w'), device};
  ASSERT_TRUE(layer.on_life(ids, boot));
  std::int64_t seq = 0;
  for (const auto& [first, last] :
       {std::pair{0, 900}, {950, 1'500}, {1'500, 2'500}, {30'000, 31'000}, {31'000, 32'000}}) {
    FedBatch batch;
    batch.first_at_ms = first;
    batch.last_at_ms = last;
    ASSERT_TRUE(layer.on_sealed({1, device, boot, Stream::step_trainer, ++seq, 1, 1}, batch));
  }
  const auto lines = faults();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0]["kind"], "stuck_sensor");
  EXPECT_EQ(lines[0]["seq"], 2);
  EXPECT_EQ(lines[1]["kind"], "clock_step");
  EXPECT_EQ(lines[1]["seq"], 4);
}

// ---- The log

TEST(FaultLog, GoesOnInTheFileOfAnEarlierLifeAfterALineThatAKillLeftUnfinished) {
  const stedi::test::TempDir folder;
  stedi::test::write_text(folder / "f", R"({"id":"drop:)");
  {
    const auto log = FaultLog::open(folder / "f").value();
    FaultLine line;
    line.id = "drop:1";
    line.kind = "drop";
    log->add(line);
    EXPECT_TRUE(log->failure());
    EXPECT_EQ(log->counts().at("drop"), 1U);
  }
  const std::string text = stedi::test::read_text(folder / "f");
  EXPECT_EQ(text.substr(0, text.find('\n')), R"({"id":"drop:)");
  EXPECT_TRUE(nlohmann::json::accept(text.substr(text.find('\n'))));
}

TEST(FaultLog, AFullDiskIsAFailureOfTheRun) {
  const auto log = FaultLog::open("/dev/full");
  ASSERT_TRUE(log) << log.error().message;
  (*log)->add({});
  EXPECT_FALSE((*log)->failure());
}

}  // namespace
}  // namespace stedi::firmware
