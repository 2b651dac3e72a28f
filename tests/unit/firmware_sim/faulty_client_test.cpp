// The bad network around a client: what strikes, what passes, what the fault log says of it.
#include <algorithm>
#include <set>

#include "core/digest/digest.hpp"
#include "tests/unit/firmware_sim/faulty_line.hpp"

namespace stedi::firmware {
namespace {

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

TEST_F(FaultyLineTest, DroppedBatchesDoNotPassAndEachStandsInTheLogByItsName) {
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

TEST_F(FaultyLineTest, ALostAckIsInTheLogWithWhatItNamed) {
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

TEST_F(FaultyLineTest, DamageAlwaysShowsAndTheLogHasTheDigestOfWhatWasSent) {
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

}  // namespace
}  // namespace stedi::firmware
