// The fault layer on a clock that is moved and a transport in memory: what strikes, what passes, what the
// ledger says of it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "core/digest/digest.hpp"
#include "core/wire/ack.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "firmware_sim/faults/fault_layer.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::firmware {
namespace {

const std::string device(32, 'a');
const std::string boot(32, 'b');

struct Passed {
  std::string topic;
  std::string payload;
};

// What lies behind the bad line: ready as soon as it is started.
struct Broker {
  std::vector<Passed> came;
  std::size_t connections = 0;
  mqtt::Handlers handlers;  // of the present connection
  std::size_t room = 1'000'000;
};

class BrokerClient final : public mqtt::Client {
 public:
  BrokerClient(Broker& broker, mqtt::Handlers handlers) : broker_(broker), handlers_(std::move(handlers)) {}
  Result<void> start() override {
    ++broker_.connections;
    broker_.handlers = handlers_;
    handlers_.on_ready();
    return {};
  }
  Result<void> publish(std::string_view topic, std::string_view payload, bool) override {
    if (broker_.came.size() >= broker_.room) return fail("the buffer is full");
    broker_.came.push_back({std::string(topic), std::string(payload)});
    return {};
  }
  std::size_t unconfirmed() const override { return 0; }
  bool ready() const override { return true; }
  void close(std::chrono::milliseconds) override {}

 private:
  Broker& broker_;
  mqtt::Handlers handlers_;
};

class FaultyLineTest : public ::testing::Test {
 protected:
  void SetUp() override { ledger_ = FaultLedger::open(folder_ / "faults.ndjson").value(); }

  // A line with those faults, up.
  FaultyClient& line(const Faults& faults, const Network& network = {}) {
    FaultyLink link;
    link.faults = faults;
    link.network = network;
    link.random = CounterRandom(7);
    link.name = "0";
    mqtt::Options options;
    options.client_id = device;
    mqtt::Handlers handlers;
    handlers.on_ready = [this] { ++ready_; };
    handlers.on_lost = [this](std::string_view) { ++lost_; };
    handlers.on_message = [this](std::string_view, std::string_view payload) {
      heard_.emplace_back(payload);
    };
    client_ = std::make_unique<FaultyClient>(
        link, options, handlers,
        [this](mqtt::Options, mqtt::Handlers inner) -> Result<std::unique_ptr<mqtt::Client>> {
          return std::make_unique<BrokerClient>(broker_, std::move(inner));
        },
        clock_, *ledger_);
    EXPECT_TRUE(client_->start());
    return *client_;
  }
  static std::string payload(std::int64_t seq) {
    const std::vector<std::string> records = {R"({"user":"a@example.com","timestamp":1,"x":0,"y":0,"z":0})"};
    return wire::seal_envelope({boot, seq}, records);
  }
  Result<void> send(std::int64_t seq) {
    return client_->publish(wire::up_topic(device, Stream::accelerometer), payload(seq), false);
  }
  void acknowledge(std::int64_t seq) {
    wire::Ack ack;
    ack.boot = boot;
    ack.acked[Stream::accelerometer] = {{seq, seq}};
    broker_.handlers.on_message(wire::ack_topic(device), wire::encode_ack(ack));
  }
  void pass_ms(std::int64_t ms) {
    for (std::int64_t i = 0; i < ms; ++i) {
      clock_.advance_ms(1);
      ASSERT_TRUE(client_->drive());
    }
  }
  std::vector<std::int64_t> came() const {
    wire::PayloadDecoder decoder;
    std::vector<std::int64_t> seqs;
    for (const Passed& passed : broker_.came) {
      const auto decoded = decoder.decode(Stream::accelerometer, passed.payload);
      seqs.push_back(decoded.name ? decoded.name->seq : 0);
    }
    return seqs;
  }
  std::vector<nlohmann::json> faults() const {
    std::vector<nlohmann::json> lines;
    std::istringstream in(stedi::test::read_text(folder_ / "faults.ndjson"));
    for (std::string text; std::getline(in, text);) lines.push_back(nlohmann::json::parse(text));
    return lines;
  }

  stedi::test::TempDir folder_;
  ManualClock clock_{1'700'000'000'000};
  std::unique_ptr<FaultLedger> ledger_;
  Broker broker_;
  std::unique_ptr<FaultyClient> client_;
  int ready_ = 0;
  int lost_ = 0;
  std::vector<std::string> heard_;
};

using Seqs = std::vector<std::int64_t>;

TEST_F(FaultyLineTest, WithoutFaultsEverythingPassesAtOnceInBothDirections) {
  line({});
  for (std::int64_t seq = 1; seq <= 3; ++seq) ASSERT_TRUE(send(seq));
  EXPECT_EQ(came(), (Seqs{1, 2, 3}));
  acknowledge(1);
  pass_ms(1);
  EXPECT_EQ(heard_.size(), 1U);
  EXPECT_TRUE(faults().empty());
  EXPECT_EQ(ready_, 1);
}

TEST_F(FaultyLineTest, DroppedBatchesDoNotPassAndEachStandsInTheLedgerByItsName) {
  Faults faults;
  faults.drop.probability = 1;
  line(faults);
  ASSERT_TRUE(send(5)) << "the firmware does not notice";
  EXPECT_TRUE(broker_.came.empty());
  const auto lines = this->faults();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["kind"], "drop");
  EXPECT_EQ(lines[0]["device"], device);
  EXPECT_EQ(lines[0]["stream"], "accelerometer");
  EXPECT_EQ(lines[0]["boot"], boot);
  EXPECT_EQ(lines[0]["seq"], 5);
  EXPECT_EQ(lines[0]["expect"], "landed_or_gap");
}

TEST_F(FaultyLineTest, ALostAckIsInTheLedgerWithWhatItNamed) {
  Faults faults;
  faults.drop.probability = 1;
  line(faults);
  acknowledge(9);
  pass_ms(1);
  EXPECT_TRUE(heard_.empty());
  ASSERT_EQ(this->faults().size(), 1U);
  EXPECT_EQ(this->faults()[0]["acked"], nlohmann::json::parse(R"({"accelerometer":[[9,9]]})"));
  EXPECT_EQ(this->faults()[0]["expect"], "settled");
}

TEST_F(FaultyLineTest, StatusMessagesAreNeverStruckOneByOne) {
  Faults faults;
  faults.drop.probability = 1;
  line(faults);
  ASSERT_TRUE(client_->publish(wire::status_topic(device), wire::status_online, true));
  EXPECT_EQ(broker_.came.size(), 1U);
  broker_.handlers.on_message(wire::gateway_status_topic, wire::status_online);
  pass_ms(1);
  EXPECT_EQ(heard_.size(), 1U);
  EXPECT_TRUE(this->faults().empty());
}

TEST_F(FaultyLineTest, ABurstStrikesThatManyInARow) {
  Faults faults;
  faults.drop = {0.02, 5};
  line(faults);
  for (std::int64_t seq = 1; seq <= 2'000; ++seq) ASSERT_TRUE(send(seq));
  const auto passed = came();
  std::set<std::int64_t> there(passed.begin(), passed.end());
  EXPECT_EQ(this->faults().size(), 2'000 - there.size());
  for (std::int64_t seq = 2; seq + 5 < 2'000; ++seq) {
    if (!there.contains(seq - 1) || there.contains(seq)) continue;
    for (std::int64_t next = seq; next < seq + 5; ++next) EXPECT_FALSE(there.contains(next));
  }
}

TEST_F(FaultyLineTest, ADuplicateComesTwice) {
  Faults faults;
  faults.duplicate.probability = 1;
  line(faults);
  ASSERT_TRUE(send(1));
  EXPECT_EQ(came(), (Seqs{1, 1}));
}

TEST_F(FaultyLineTest, AReorderedBatchGoesOutAfterTheNextOnesOrWhenItsPatienceEnds) {
  Faults faults;
  faults.reorder = {1, 2};
  line(faults, {});
  ASSERT_TRUE(send(1));
  pass_ms(reorder_patience_ms - 1);
  EXPECT_TRUE(broker_.came.empty());
  pass_ms(1);
  EXPECT_EQ(came(), (Seqs{1})) << "nothing overtook it";
}

TEST_F(FaultyLineTest, SomeAreOvertakenByTheNextTwo) {
  Faults faults;
  faults.reorder = {0.1, 2};
  line(faults);
  for (std::int64_t seq = 1; seq <= 500; ++seq) ASSERT_TRUE(send(seq));
  pass_ms(reorder_patience_ms + 1);
  auto seqs = came();
  EXPECT_EQ(seqs.size(), 500U);
  EXPECT_FALSE(std::is_sorted(seqs.begin(), seqs.end()));
  std::sort(seqs.begin(), seqs.end());
  EXPECT_EQ(std::unique(seqs.begin(), seqs.end()), seqs.end()) << "each once";
}

TEST_F(FaultyLineTest, ADelayedBatchComesWithinItsBoundsAndLatencyKeepsTheOrder) {
  Faults faults;
  faults.delay = {{1, 1}, 100, 200};
  line(faults, {20, 0});
  ASSERT_TRUE(send(1));
  pass_ms(119);
  EXPECT_TRUE(broker_.came.empty());
  pass_ms(101);
  EXPECT_EQ(came(), (Seqs{1}));

  broker_ = {};
  line({}, {20, 30});
  for (std::int64_t seq = 1; seq <= 50; ++seq) ASSERT_TRUE(send(seq));
  pass_ms(19);
  EXPECT_TRUE(broker_.came.empty());
  pass_ms(31);
  const auto seqs = came();
  EXPECT_EQ(seqs.size(), 50U);
  EXPECT_TRUE(std::is_sorted(seqs.begin(), seqs.end())) << "jitter is no reordering";
}

TEST_F(FaultyLineTest, DamageAlwaysShowsAndTheLedgerHasTheDigestOfWhatWasSent) {
  Faults faults;
  faults.corrupt.probability = 1;
  line(faults);
  wire::PayloadDecoder decoder;
  for (std::int64_t seq = 1; seq <= 300; ++seq) ASSERT_TRUE(send(seq));
  const auto lines = this->faults();
  ASSERT_EQ(broker_.came.size(), 300U);
  for (std::size_t i = 0; i < 300; ++i) {
    EXPECT_EQ(lines[i]["digest"], hex(sha256(broker_.came[i].payload)));
    EXPECT_EQ(lines[i]["seq"], static_cast<std::int64_t>(i) + 1) << "of the batch as it was sealed";
    EXPECT_EQ(lines[i]["expect"], "quarantined");
    const auto decoded = decoder.decode(Stream::accelerometer, broker_.came[i].payload);
    EXPECT_EQ(decoded.landed_records(), 0U) << broker_.came[i].payload;
    EXPECT_FALSE(decoded.refused.empty());
  }
}

TEST_F(FaultyLineTest, ADamagedAckIsNone) {
  Faults faults;
  faults.corrupt.probability = 1;
  line(faults);
  for (std::int64_t seq = 1; seq <= 300; ++seq) acknowledge(seq);
  pass_ms(1);
  ASSERT_EQ(heard_.size(), 300U);
  for (const std::string& heard : heard_) EXPECT_FALSE(wire::decode_ack(heard)) << heard;
}

TEST_F(FaultyLineTest, AFlapLosesTheConnectionAndWhatWasOnItsWayAndAnotherOneFollows) {
  line({}, {50, 0});
  ASSERT_TRUE(send(1));
  client_->flap(300, 0);
  EXPECT_EQ(lost_, 1);
  EXPECT_FALSE(client_->ready());
  EXPECT_FALSE(send(2));
  pass_ms(299);
  EXPECT_EQ(ready_, 1);
  pass_ms(1);
  EXPECT_EQ(ready_, 2);
  EXPECT_EQ(broker_.connections, 2U);
  ASSERT_TRUE(send(3));
  pass_ms(50);
  EXPECT_EQ(came(), (Seqs{3}));
  ASSERT_EQ(faults().size(), 2U) << "the flap, and the batch it took";
  EXPECT_EQ(faults()[0]["expect"], "law");
  EXPECT_EQ(faults()[1]["seq"], 1);
}

TEST_F(FaultyLineTest, AHalfOpenConnectionSeemsToStandAndTakesNothingThroughEitherWay) {
  line({});
  client_->go_half_open(200, 0);
  ASSERT_TRUE(send(1));
  acknowledge(7);
  pass_ms(199);
  EXPECT_TRUE(client_->ready());
  EXPECT_TRUE(broker_.came.empty());
  EXPECT_TRUE(heard_.empty());
  EXPECT_EQ(lost_, 0);
  pass_ms(1);
  EXPECT_EQ(lost_, 1) << "noticed at last";
  EXPECT_EQ(ready_, 2);
  EXPECT_EQ(faults().size(), 3U) << "itself, the batch and the ack";
}

TEST_F(FaultyLineTest, ANarrowLineTakesItsBytesASecondAndAFullOneNoMore) {
  Faults faults;
  faults.bandwidth.bytes_per_s = 1'000;
  line(faults);
  client_->narrow(1'000'000, 0);
  std::int64_t sent = 0;
  while (sent < 5'000 && send(sent + 1)) ++sent;
  EXPECT_EQ(sent, static_cast<std::int64_t>(max_held_messages) + 1) << "one is on the line";
  broker_.came.clear();
  pass_ms(10'000);
  std::size_t bytes = 0;
  for (const Passed& passed : broker_.came) bytes += passed.topic.size() + passed.payload.size();
  EXPECT_GT(bytes, 9'000U);
  EXPECT_LE(bytes, 10'400U);
  EXPECT_TRUE(send(sent + 1)) << "there is room again";
}

TEST_F(FaultyLineTest, WhatTheTransportHasNoRoomForIsTriedAgain) {
  broker_.room = 1;
  line({});
  ASSERT_TRUE(send(1));
  ASSERT_TRUE(send(2));
  EXPECT_EQ(came(), (Seqs{1}));
  broker_.room = 10;
  pass_ms(30);
  EXPECT_EQ(came(), (Seqs{1, 2}));
}

TEST_F(FaultyLineTest, TheSameSeedStrikesTheSameMessages) {
  Faults faults;
  faults.drop.probability = 0.1;
  faults.duplicate.probability = 0.1;
  const auto run = [&] {
    broker_ = {};
    line(faults);
    for (std::int64_t seq = 1; seq <= 300; ++seq) EXPECT_TRUE(send(seq));
    return came();
  };
  EXPECT_EQ(run(), run());
}

// ---- The layer

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
    FaultLayer layer(plan_with(1), nullptr, clock_, *ledger_);
    const auto cuts = power_cuts(layer, 0, 3'600, step_s);
    EXPECT_EQ(cuts.size(), 36U) << step_s;
    for (const std::int64_t lasts_ms : cuts) {
      EXPECT_GE(lasts_ms, 999);
      EXPECT_LE(lasts_ms, 2'000);
    }
  }
  EXPECT_EQ(ledger_->counts().at("reboot"), 3 * 36U);
}

TEST_F(FaultLayerTest, FaultsLastAsLongOnTheDatasClockAndAHundredthAtFullSpeed) {
  for (const double speed : {2.0, 0.0}) {
    FaultLayer layer(plan_with(speed), nullptr, clock_, *ledger_);
    for (const std::int64_t lasts_ms : power_cuts(layer, 0, 600, 1)) {
      EXPECT_GE(lasts_ms, speed > 0 ? 499 : 9);
      EXPECT_LE(lasts_ms, speed > 0 ? 1'000 : 20);
    }
  }
}

TEST_F(FaultLayerTest, WhatWasOverBeforeALifeBeganIsNotBroughtAboutAgain) {
  FaultLayer layer(plan_with(1), nullptr, clock_, *ledger_);
  const auto cuts = power_cuts(layer, 1'800, 3'600, 1);
  EXPECT_GE(cuts.size(), 18U);
  EXPECT_LE(cuts.size(), 19U);
}

TEST_F(FaultLayerTest, ASensorsFaultStandsInTheLedgerWithTheFirstBatchThatShowsIt) {
  FaultPlan plan;
  plan.sensor_faults = [](std::size_t) {
    return std::vector<SensorFault>{
        {SensorFault::Kind::stuck_sensor, 1'000, 2'000, 0},
        {SensorFault::Kind::clock_step, 10'000, 11'000, 500},  // nothing said then
        {SensorFault::Kind::clock_step, 20'000, 90'000, 500}};
  };
  FaultLayer layer(plan, nullptr, clock_, *ledger_);
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

// ---- The ledger

TEST(FaultLedger, GoesOnInTheFileOfAnEarlierLifeAfterALineThatAKillLeftUnfinished) {
  const stedi::test::TempDir folder;
  stedi::test::write_text(folder / "f", R"({"id":"drop:)");
  {
    const auto ledger = FaultLedger::open(folder / "f").value();
    FaultLine line;
    line.id = "drop:1";
    line.kind = "drop";
    ledger->add(line);
    EXPECT_TRUE(ledger->failure());
    EXPECT_EQ(ledger->counts().at("drop"), 1U);
  }
  const std::string text = stedi::test::read_text(folder / "f");
  EXPECT_EQ(text.substr(0, text.find('\n')), R"({"id":"drop:)");
  EXPECT_TRUE(nlohmann::json::accept(text.substr(text.find('\n'))));
}

TEST(FaultLedger, AFullDiskIsAFailureOfTheRun) {
  const auto ledger = FaultLedger::open("/dev/full");
  ASSERT_TRUE(ledger) << ledger.error().message;
  (*ledger)->add({});
  EXPECT_FALSE((*ledger)->failure());
}

}  // namespace
}  // namespace stedi::firmware
