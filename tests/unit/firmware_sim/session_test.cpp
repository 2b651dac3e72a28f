#include "firmware_sim/session/session.hpp"

#include <gtest/gtest.h>

#include <map>

#include "core/wire/topic.hpp"
#include "tests/unit/firmware_sim/memory_transport.hpp"

namespace stedi::firmware {
namespace {

using test::MemoryTransport;

class MemoryStore final : public BatchStore {
 public:
  Result<std::string> payload(BatchId id) override { return std::to_string(id); }
  Result<void> remove(std::span<const BatchId> ids) override {
    removed.insert(removed.end(), ids.begin(), ids.end());
    return {};
  }
  Result<void> set_apart(BatchId id, std::string_view reason) override {
    apart.emplace(id, reason);
    return {};
  }
  std::vector<BatchId> removed;
  std::map<BatchId, std::string> apart;
};

class SessionTest : public ::testing::Test {
 protected:
  void offer(BatchId id, std::int64_t seq, const std::string& device = "d1",
             Stream stream = Stream::accelerometer) {
    session_.offer({id, device, "boot", stream, seq, 10, 100});
  }
  void connect() {
    session_.on_ready();
    gateway(wire::status_online);
  }
  void gateway(std::string_view status) {
    ASSERT_TRUE(session_.on_message(wire::gateway_status_topic, status));
  }
  void ack(Stream stream, std::int64_t from, std::int64_t to, const std::string& device = "d1",
           const std::string& boot = "boot") {
    wire::Ack ack;
    ack.boot = boot;
    ack.acked[stream] = {{from, to}};
    ASSERT_TRUE(session_.on_message(wire::ack_topic(device), wire::encode_ack(ack)));
  }
  // The batches published since the last call.
  std::vector<BatchId> published() {
    EXPECT_TRUE(session_.tick());
    std::vector<BatchId> ids;
    for (const auto& message : transport_.published) ids.push_back(std::stoll(message.payload));
    transport_.published.clear();
    return ids;
  }
  using Ids = std::vector<BatchId>;

  ManualClock clock_{1'700'000'000'000};
  MemoryTransport transport_;
  MemoryStore store_;
  SessionLimits limits_{4, 1000, default_ack_retry, 20};
  Session session_{limits_, clock_, transport_, store_, 1};
};

TEST_F(SessionTest, NothingIsPublishedBeforeTheGatewayIsOnline) {
  offer(1, 1);
  EXPECT_EQ(published(), Ids{});
  session_.on_ready();
  EXPECT_EQ(session_.state(), SessionState::waiting);
  EXPECT_EQ(published(), Ids{});
  gateway(wire::status_offline);
  EXPECT_EQ(published(), Ids{});
  gateway(wire::status_online);
  EXPECT_EQ(published(), Ids{1});
}

TEST_F(SessionTest, TheStatusMayArriveBeforeTheConnectionIsReady) {
  offer(1, 1);
  gateway(wire::status_online);
  EXPECT_EQ(published(), Ids{});
  session_.on_ready();
  EXPECT_EQ(published(), Ids{1});
}

TEST_F(SessionTest, TheWindowBoundsBatchesInFlight) {
  connect();
  for (std::int64_t i = 1; i <= 6; ++i) offer(i, i);
  EXPECT_EQ(published(), (Ids{1, 2, 3, 4}));
  EXPECT_EQ(published(), Ids{});
  ack(Stream::accelerometer, 1, 1);
  EXPECT_EQ(published(), Ids{5});
}

// A gateway that may not remember more holes withholds all that is in the window; only the gap tells it that
// the holes stay.
TEST_F(SessionTest, AGapBatchDoesNotWaitForTheWindow) {
  connect();
  for (std::int64_t i = 1; i <= 6; ++i) offer(i, i);
  EXPECT_EQ(published(), (Ids{1, 2, 3, 4}));
  offer(7, 1, "d1", Stream::gap);
  offer(8, 2, "d1", Stream::gap);
  EXPECT_EQ(published(), Ids{7}) << "one a stream";
  ack(Stream::gap, 1, 1);
  EXPECT_EQ(published(), Ids{8});
  ack(Stream::accelerometer, 1, 1);
  EXPECT_EQ(published(), Ids{}) << "with the gap batch in flight it is full";
  ack(Stream::gap, 2, 2);
  EXPECT_EQ(published(), Ids{5});
}

TEST_F(SessionTest, TheWindowBoundsBytesInFlightButOneBatchAlwaysGoes) {
  connect();
  session_.offer({1, "d1", "boot", Stream::accelerometer, 1, 10, 5'000});
  session_.offer({2, "d1", "boot", Stream::accelerometer, 2, 10, 5'000});
  EXPECT_EQ(published(), Ids{1});
  ack(Stream::accelerometer, 1, 1);
  EXPECT_EQ(published(), Ids{2});
}

TEST_F(SessionTest, ExactlyTheBatchesNamedAreDeleted) {
  connect();
  offer(1, 1);
  offer(2, 2);
  offer(3, 1, "d2");
  offer(4, 1, "d1", Stream::step_trainer);
  published();
  ack(Stream::accelerometer, 2, 7);
  published();
  EXPECT_EQ(store_.removed, Ids{2});
  ack(Stream::accelerometer, 1, 9, "d1", "another boot");
  ack(Stream::accelerometer, 1, 9, "somebody else");
  published();
  EXPECT_EQ(store_.removed, Ids{2});
  ack(Stream::accelerometer, 1, 1, "d2");
  ack(Stream::step_trainer, 1, 1);
  ack(Stream::accelerometer, 1, 1);
  EXPECT_FALSE(session_.idle());
  published();
  EXPECT_EQ(store_.removed, (Ids{2, 3, 4, 1}));
  EXPECT_TRUE(session_.idle());
  EXPECT_EQ(session_.counts().acknowledged_records, 40U);
}

TEST_F(SessionTest, AStreamThatIsNotAcknowledgedIsSentAgainInOrderWithBackOff) {
  connect();
  offer(1, 1);
  offer(2, 2);
  published();
  clock_.advance_ms(1'400);
  EXPECT_EQ(published(), Ids{});
  clock_.advance_ms(1'200);
  EXPECT_EQ(published(), (Ids{1, 2}));
  clock_.advance_ms(2'600);
  EXPECT_EQ(published(), Ids{}) << "the second wait is twice as long";
  clock_.advance_ms(2'600);
  EXPECT_EQ(published(), (Ids{1, 2}));
  EXPECT_EQ(session_.counts().retries, 4U);
}

// A regression: every ack of a later batch put the first one off, for as long as new ones came.
TEST_F(SessionTest, AcksOfLaterBatchesDoNotPutOffTheFirst) {
  connect();
  offer(1, 1);
  offer(2, 2);
  published();
  for (std::int64_t seq = 3; seq <= 4; ++seq) {
    clock_.advance_ms(1'300);
    ack(Stream::accelerometer, seq - 1, seq - 1);
    offer(seq, seq);
    if (seq == 3) {
      EXPECT_EQ(published(), Ids{3});
    }
  }
  EXPECT_EQ(published(), (Ids{1, 4})) << "its own patience has ended";
}

TEST_F(SessionTest, ADroppedBatchIsNotPublishedAndMakesRoomInTheWindow) {
  connect();
  for (std::int64_t i = 1; i <= 6; ++i) offer(i, i);
  EXPECT_EQ(published(), (Ids{1, 2, 3, 4}));
  session_.drop({1, "d1", "boot", Stream::accelerometer, 1, 10, 100});
  session_.drop({5, "d1", "boot", Stream::accelerometer, 5, 10, 100});
  session_.drop({99, "d1", "boot", Stream::gap, 1, 10, 100});
  EXPECT_EQ(published(), Ids{6});
  ack(Stream::accelerometer, 1, 6);
  published();
  EXPECT_EQ(store_.removed, (Ids{2, 3, 4, 6})) << "an ack of what was dropped deletes nothing";
  EXPECT_TRUE(session_.idle());
  EXPECT_EQ(session_.outstanding_records(), 0U);
}

TEST_F(SessionTest, GapRecordsAreNoReadings) {
  connect();
  offer(1, 1);
  offer(2, 1, "d1", Stream::gap);
  EXPECT_EQ(session_.outstanding_records(), 10U);
  published();
  ack(Stream::gap, 1, 1);
  published();
  EXPECT_EQ(store_.removed, Ids{2});
  EXPECT_EQ(session_.counts().acknowledged_records, 0U);
}

TEST_F(SessionTest, TheBackOffIsBounded) {
  CounterRandom random(7);
  for (int attempts = 1; attempts < 100; ++attempts) {
    EXPECT_LE(backoff_ms(limits_.retry, attempts, random.fraction()), 37'500);
    EXPECT_GE(backoff_ms(limits_.retry, attempts, random.fraction()), 1'500);
  }
}

TEST_F(SessionTest, AllInFlightIsSentAgainWhenTheGatewayComesBack) {
  connect();
  offer(1, 1);
  offer(2, 1, "d2");
  published();
  gateway(wire::status_offline);
  clock_.advance_ms(60'000);
  EXPECT_EQ(published(), Ids{}) << "nobody listens";
  gateway(wire::status_online);
  EXPECT_EQ(published(), (Ids{1, 2}));
}

TEST_F(SessionTest, AllInFlightIsSentAgainWhenTheConnectionIsMadeAnew) {
  connect();
  offer(1, 1);
  published();
  session_.on_lost();
  EXPECT_EQ(session_.state(), SessionState::disconnected);
  offer(2, 2);
  EXPECT_EQ(published(), Ids{});
  connect();
  EXPECT_EQ(published(), (Ids{1, 2}));
}

TEST_F(SessionTest, AFullTransportIsTriedAgainLaterWithoutLosingOrder) {
  connect();
  transport_.capacity = 1;
  offer(1, 1);
  offer(2, 2);
  EXPECT_EQ(published(), Ids{1});
  EXPECT_EQ(session_.next_tick_ms(), clock_.monotonic_ms() + limits_.publish_retry_ms);
  EXPECT_EQ(published(), Ids{});
  clock_.advance_ms(limits_.publish_retry_ms);
  EXPECT_EQ(published(), Ids{2});
}

TEST_F(SessionTest, ARefusedBatchIsSetApartAndNotSentAgain) {
  connect();
  offer(1, 1);
  offer(2, 2);
  published();
  wire::Ack ack;
  ack.boot = "boot";
  ack.refused.push_back({Stream::accelerometer, 1, "bad_envelope"});
  ASSERT_TRUE(session_.on_message(wire::ack_topic("d1"), wire::encode_ack(ack)));
  EXPECT_EQ(store_.apart.at(1), "bad_envelope");
  EXPECT_EQ(session_.counts().refused, 1U);
  gateway(wire::status_online);
  EXPECT_EQ(published(), Ids{2});
}

TEST_F(SessionTest, ABatchAcknowledgedBeforeItIsSentIsNotSent) {
  offer(1, 1);
  offer(2, 2);
  ack(Stream::accelerometer, 1, 1);
  connect();
  EXPECT_EQ(published(), Ids{2});
  EXPECT_EQ(store_.removed, Ids{1});
}

TEST_F(SessionTest, GarbageOnTheAckTopicIsCountedAndChangesNothing) {
  connect();
  offer(1, 1);
  published();
  ASSERT_TRUE(session_.on_message(wire::ack_topic("d1"), "{not json"));
  EXPECT_EQ(session_.counts().unreadable, 1U);
  EXPECT_EQ(session_.outstanding(), 1U);
  EXPECT_TRUE(store_.removed.empty());
}

}  // namespace
}  // namespace stedi::firmware
