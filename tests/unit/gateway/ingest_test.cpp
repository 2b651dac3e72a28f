#include "gateway/ingest.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/record/limits.hpp"
#include "core/wire/topic.hpp"
#include "lakehouse/landing/store.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

namespace stedi::gateway {
namespace {

using Turn = Ingest::Turn;
using Ranges = std::vector<wire::SeqRange>;
using std::chrono::milliseconds;

constexpr auto reading = R"({"user":"a@example.com","timestamp":1655000000000,"x":1,"y":2,"z":3})";

std::string batch(std::int64_t seq, std::size_t records = 1) {
  const std::vector<std::string> texts(records, reading);
  return wire::seal_envelope({"boot", seq}, texts);
}

struct Published {
  std::string topic;
  wire::Ack ack;
  std::int64_t rows_on_disk;  // when it was published
};

struct IngestTest : testing::Test {
  test::TempDir files;
  ManualClock clock{1'700'000'000'000};
  Metrics metrics;
  Readiness readiness;
  InboundQueue queue{{}};
  GroupLimits limits;
  std::vector<Published> published;
  bool broker_takes = true;
  std::function<Result<void>()> between_groups = [] { return Result<void>(); };
  std::atomic<int> store_changes = 0;
  std::optional<landing::Writer> writer;
  std::optional<sqlite::Database> store;  // another connection: sees what is committed alone
  std::optional<Ingest> ingest;

  void SetUp() override {
    readiness.set_broker(std::nullopt);
    landing::WriterOptions options{[](std::string_view) { return true; }};
    options.max_ranges_per_source = 2;
    auto opened = landing::Writer::open(files.path(), options, clock);
    ASSERT_TRUE(opened) << opened.error().message;
    writer.emplace(std::move(*opened));
    auto other = sqlite::Database::open(landing::landing_file(files.path()), sqlite::Access::read_write);
    ASSERT_TRUE(other) << other.error().message;
    store.emplace(std::move(*other));
    make_ingest();
  }
  void make_ingest() {
    IngestPorts ports;
    ports.publish = [this](std::string_view topic, std::string_view payload) {
      published.push_back({std::string(topic), wire::decode_ack(payload).value(), rows()});
      return broker_takes;
    };
    ports.on_store_changed = [this] { ++store_changes; };
    ports.between_groups = between_groups;
    ingest.emplace(limits, queue, *writer, clock, metrics, readiness, std::move(ports));
  }

  std::int64_t rows() { return store->integer("SELECT count(*) FROM accelerometer").value(); }
  void send(const std::string& payload, std::string_view device = "d",
            Stream stream = Stream::accelerometer) {
    ASSERT_TRUE(queue.push({device, stream, payload, clock.wall_ms()}));
  }
  Turn turn() { return ingest->run_once(milliseconds(0)); }
  // The disk refuses what is appended, as a full one does.
  void break_store() {
    ASSERT_TRUE(store->execute(
        "CREATE TRIGGER refuse BEFORE INSERT ON batch BEGIN SELECT RAISE(ABORT, 'no room'); END;"
        "CREATE TRIGGER refuse_save BEFORE UPDATE ON watermark_checkpoint BEGIN SELECT RAISE(ABORT, 'no'); "
        "END;"));
  }
  void mend_store() { ASSERT_TRUE(store->execute("DROP TRIGGER refuse; DROP TRIGGER refuse_save;")); }
};

TEST_F(IngestTest, NothingToDoIsAnIdleTurn) {
  EXPECT_EQ(turn(), Turn::idle);
  EXPECT_EQ(metrics.commits, 0u);
}

TEST_F(IngestTest, AckIsSentOnlyAfterCommit) {
  send(batch(1, 3));
  EXPECT_EQ(turn(), Turn::committed);
  ASSERT_EQ(published.size(), 1u);
  EXPECT_EQ(published[0].topic, "stedi/v1/d/ack");
  EXPECT_EQ(published[0].ack.boot, "boot");
  EXPECT_EQ(published[0].ack.acked.at(Stream::accelerometer), (Ranges{{1, 1}}));
  EXPECT_EQ(published[0].rows_on_disk, 3);
  EXPECT_EQ(metrics.landed[Stream::accelerometer], 3u);
}

TEST_F(IngestTest, AWholeQueueIsOneGroupAndOneAckADevice) {
  for (std::int64_t seq = 1; seq <= 20; ++seq) {
    send(batch(seq), "d1");
    send(batch(seq), "d2");
  }
  EXPECT_EQ(turn(), Turn::committed);
  EXPECT_EQ(metrics.commits, 1u);
  ASSERT_EQ(published.size(), 2u);
  for (const Published& one : published)
    EXPECT_EQ(one.ack.acked.at(Stream::accelerometer), (Ranges{{1, 20}}));
}

TEST_F(IngestTest, AGroupEndsAtItsNumberOfRecords) {
  limits.max_records = 10;
  make_ingest();
  for (std::int64_t seq = 1; seq <= 4; ++seq) send(batch(seq, 5));
  EXPECT_EQ(turn(), Turn::committed);
  EXPECT_EQ(rows(), 10);
  EXPECT_EQ(turn(), Turn::committed);
  EXPECT_EQ(rows(), 20);
  EXPECT_EQ(turn(), Turn::idle);
}

TEST_F(IngestTest, EmptyMessagesEndAGroupToo) {
  limits.max_records = 2;
  make_ingest();
  for (int i = 0; i < 3; ++i) send("[]");
  EXPECT_EQ(turn(), Turn::committed);
  EXPECT_EQ(queue.messages(), 1u);
}

TEST_F(IngestTest, ADuplicateIsAcknowledgedAgainAndLandsNothing) {
  send(batch(1));
  turn();
  send(batch(1));
  EXPECT_EQ(turn(), Turn::committed);
  ASSERT_EQ(published.size(), 2u);
  EXPECT_EQ(published[1].ack.acked.at(Stream::accelerometer), (Ranges{{1, 1}}));
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(metrics.duplicates, 1u);
}

// Acknowledged and in quarantine, its withdrawal counted for nobody.
TEST_F(IngestTest, AWithdrawalBeforeAStrayCommaLandsAndTheCommaIsSaid) {
  const std::string records =
      R"({"email":"lea@example.test","purpose":"research","action":"withdraw","timestamp":1700000000000},)";
  send(R"({"v":1,"boot":"x","seq":1,"records":[)" + records + "]}", "d", Stream::consent);
  EXPECT_EQ(turn(), Turn::committed);
  ASSERT_EQ(published.size(), 1u);
  EXPECT_EQ(published[0].ack.acked.at(Stream::consent), (Ranges{{1, 1}}));
  EXPECT_EQ(store->integer("SELECT count(*) FROM consent WHERE action = 'withdraw'"), 1);
  EXPECT_EQ(store->integer("SELECT count(*) FROM quarantine WHERE payload = ','"), 1);
  EXPECT_EQ(metrics.refused_statements[Stream::consent], 1u);
  EXPECT_EQ(metrics.landed[Stream::consent], 1u);
}

TEST_F(IngestTest, ARefusedReadingIsNoRefusedStatement) {
  send(R"({"v":1,"boot":"x","seq":1,"records":[{}]})");
  EXPECT_EQ(turn(), Turn::committed);
  EXPECT_EQ(metrics.quarantined[Stream::accelerometer], 1u);
  for (const Stream stream : all_streams) EXPECT_EQ(metrics.refused_statements[stream], 0u);
}

// 300 readings and a comma: the kept text was cut at 16,384 bytes, and what was behind it acknowledged and
// gone.
TEST_F(IngestTest, ABatchThatIsNotKeptWholeIsRefusedToItsDevice) {
  std::string batch = R"({"v":1,"boot":"x","seq":1,"records":[)";
  for (int i = 0; i < 300; ++i) batch += std::string(reading) + ",";
  send(batch + "]}");
  send(R"({"v":1,"boot":"x","seq":2,"records":[")" + std::string(70'000, '\xff') + R"("]})");
  EXPECT_EQ(turn(), Turn::committed);
  EXPECT_EQ(rows(), 300);
  ASSERT_EQ(published.size(), 1u);
  EXPECT_EQ(published[0].ack.acked.at(Stream::accelerometer), (Ranges{{1, 1}}));
  ASSERT_EQ(published[0].ack.refused.size(), 1u);
  EXPECT_EQ(published[0].ack.refused[0].seq, 2);
}

TEST_F(IngestTest, AWithheldBatchIsNotAcknowledged) {
  for (const std::int64_t seq : {3, 5, 7}) send(batch(seq));
  EXPECT_EQ(turn(), Turn::committed);
  ASSERT_EQ(published.size(), 1u);
  EXPECT_EQ(published[0].ack.acked.at(Stream::accelerometer), (Ranges{{3, 3}, {5, 5}}));
  EXPECT_EQ(metrics.withheld, 1u);
  EXPECT_EQ(rows(), 2);
}

TEST_F(IngestTest, ARefusedEnvelopeIsToldToItsDevice) {
  send(R"({"v":1,"boot":"boot","seq":0,"records":[]})");
  EXPECT_EQ(turn(), Turn::committed);
  ASSERT_EQ(published.size(), 1u);
  EXPECT_TRUE(published[0].ack.acked.empty());
  ASSERT_EQ(published[0].ack.refused.size(), 1u);
  EXPECT_EQ(published[0].ack.refused[0].reason, "bad_envelope");
  EXPECT_EQ(published[0].ack.refused[0].stream, Stream::accelerometer);
  EXPECT_EQ(metrics.refused, 1u);
}

TEST_F(IngestTest, BareRecordsLandWithoutAnAck) {
  send(reading);
  EXPECT_EQ(turn(), Turn::committed);
  EXPECT_EQ(rows(), 1);
  EXPECT_TRUE(published.empty());
}

TEST_F(IngestTest, GarbageIsQuarantinedAndTheStreamGoesOn) {
  send("\xff\x00garbage");
  send(std::string(limits::max_message_bytes + 1, '['));
  send(batch(1));
  EXPECT_EQ(turn(), Turn::committed);
  EXPECT_EQ(metrics.quarantined[Stream::accelerometer], 2u);
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(published.size(), 1u);
}

TEST_F(IngestTest, NothingIsAcknowledgedOrCountedWhenTheStoreFails) {
  break_store();
  send(batch(1));
  send(R"({"v":1,"boot":"boot","seq":0,"records":[]})");
  EXPECT_EQ(turn(), Turn::failed);
  EXPECT_TRUE(published.empty());
  EXPECT_EQ(rows(), 0);
  EXPECT_EQ(metrics.landed[Stream::accelerometer], 0u);
  EXPECT_EQ(metrics.commits, 0u);
  EXPECT_EQ(metrics.store_failures, 1u);
  EXPECT_GE(metrics.dropped, 1u);
  EXPECT_FALSE(readiness.can_land());
  EXPECT_EQ(readiness.why_not(), "landing store: data rejected");
  EXPECT_EQ(store_changes, 1);
}

TEST_F(IngestTest, AfterAFailureWhatIsSentAgainLandsAndIsAcknowledged) {
  break_store();
  send(batch(1));
  EXPECT_EQ(turn(), Turn::failed);
  EXPECT_EQ(turn(), Turn::idle);
  mend_store();
  send(batch(1));
  EXPECT_EQ(turn(), Turn::committed);
  EXPECT_EQ(rows(), 1);
  ASSERT_EQ(published.size(), 1u);
  EXPECT_TRUE(readiness.ready());
  EXPECT_EQ(store_changes, 2);
}

TEST_F(IngestTest, AnAckTheBrokerDoesNotTakeIsCountedAndNotRepeated) {
  broker_takes = false;
  send(batch(1));
  EXPECT_EQ(turn(), Turn::committed);
  EXPECT_EQ(turn(), Turn::idle);
  EXPECT_EQ(metrics.acks_lost, 1u);
  EXPECT_EQ(metrics.acks, 0u);
}

TEST_F(IngestTest, ClosingTheQueueLandsAndAcknowledgesAllItHeld) {
  limits.max_records = 1;
  make_ingest();
  for (std::int64_t seq = 1; seq <= 5; ++seq) send(batch(seq));
  queue.close();
  EXPECT_TRUE(ingest->run());
  EXPECT_EQ(rows(), 5);
  EXPECT_EQ(published.size(), 5u);
}

TEST_F(IngestTest, ClosingWhileTheStoreFailsIsAnErrorAndEnds) {
  break_store();
  send(batch(1));
  queue.close();
  const auto result = ingest->run();
  ASSERT_FALSE(result);
  EXPECT_TRUE(published.empty());
}

TEST_F(IngestTest, ABatchThatTheDatabaseRefusesIsQuarantinedAndItsNeighboursLand) {
  ASSERT_TRUE(
      store->execute("CREATE TRIGGER refuse BEFORE INSERT ON accelerometer WHEN NEW.x = 666 BEGIN SELECT "
                     "RAISE(ABORT, 'no'); END"));
  send(batch(1));
  send(wire::seal_envelope(
      {"boot", 2},
      std::vector<std::string>{R"({"user":"a","timestamp":1655000000000,"x":666,"y":2,"z":3})"}));
  send(batch(3));
  EXPECT_EQ(turn(), Turn::committed);
  EXPECT_EQ(rows(), 2);
  EXPECT_EQ(store->integer("SELECT count(*) FROM quarantine WHERE reason = 'not_storable'"), 1);
  Ranges acked;
  for (const Published& one : published)
    for (const auto& range : one.ack.acked.at(Stream::accelerometer)) acked.push_back(range);
  EXPECT_EQ(acked, (Ranges{{1, 1}, {2, 2}, {3, 3}})) << "it is not sent again";
  EXPECT_TRUE(readiness.can_land());
  EXPECT_EQ(metrics.store_failures, 0U);
  EXPECT_EQ(metrics.quarantine_reasons[static_cast<std::size_t>(Reason::not_storable)], 1U);
}

TEST_F(IngestTest, WhatABrokerRetainedLandsOnlyWhenItHasAName) {
  const auto retained = [&](const std::string& payload) {
    ASSERT_TRUE(queue.push({"d", Stream::accelerometer, payload, clock.wall_ms(), Delivery::retained}));
  };
  for (int start = 0; start < 3; ++start) {
    retained(reading);
    retained("garbage");
    retained(batch(1));
    EXPECT_EQ(turn(), Turn::committed);
  }
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(metrics.retained, 6U);
  EXPECT_EQ(store->integer("SELECT count(*) FROM quarantine"), 0);
}

TEST_F(IngestTest, AGroupEndsAtItsBytes) {
  limits.max_bytes = static_cast<std::int64_t>(3 * batch(1).size());
  make_ingest();
  for (std::int64_t seq = 1; seq <= 5; ++seq) send(batch(seq));
  EXPECT_EQ(turn(), Turn::committed);
  EXPECT_GT(queue.messages(), 0U);
  EXPECT_LT(queue.messages(), 5U);
}

TEST_F(IngestTest, MessagesThatComeOneByOneAreCommittedAtOnce) {
  limits.quiet = std::chrono::hours(1);
  limits.max_delay_ms = 3'600'000;
  make_ingest();
  for (std::int64_t seq = 1; seq <= 3; ++seq) {
    send(batch(seq));
    EXPECT_EQ(ingest->run_once(std::chrono::hours(1)), Turn::committed);
  }
  EXPECT_EQ(metrics.commits, 3U);
}

TEST_F(IngestTest, OnceMessagesFlowAGroupWaitsForCompanyUntilTheQueueIsHalfFull) {
  queue.close();
  InboundQueue small({1'000'000, 8});
  limits.quiet = std::chrono::hours(1);
  limits.max_delay_ms = 3'600'000;
  IngestPorts ports;
  ports.publish = [](std::string_view, std::string_view) { return true; };
  ports.on_store_changed = [] {};
  Ingest patient(limits, small, *writer, clock, metrics, readiness, std::move(ports));
  const auto push = [&](std::int64_t seq) {
    ASSERT_TRUE(small.push({"d", Stream::accelerometer, batch(seq), clock.wall_ms()}));
  };
  push(1);
  push(2);
  EXPECT_EQ(patient.run_once(std::chrono::hours(1)), Turn::committed);
  push(3);
  std::thread later([&] {
    for (std::int64_t seq = 4; seq <= 6; ++seq) push(seq);
  });
  EXPECT_EQ(patient.run_once(std::chrono::hours(1)), Turn::committed);
  later.join();
  EXPECT_EQ(metrics.commits, 2U);
  EXPECT_EQ(rows(), 6);
}

TEST_F(IngestTest, AGroupTakesMoreThanItWaitsFor) {
  limits.quiet = std::chrono::hours(1);
  limits.max_delay_ms = 3'600'000;
  make_ingest();
  const std::int64_t enough_batches = enough_records / 50;
  for (std::int64_t seq = 1; seq <= 2 * enough_batches; ++seq) send(batch(seq, 50));
  EXPECT_EQ(turn(), Turn::committed);
  EXPECT_EQ(rows(), 2 * enough_records) << "what is there is one group";
  for (std::int64_t seq = 1; seq <= enough_batches; ++seq) send(batch(2 * enough_batches + seq, 50));
  EXPECT_EQ(ingest->run_once(std::chrono::hours(1)), Turn::committed) << "and does not wait for an hour";
  EXPECT_EQ(metrics.commits, 2U);
  EXPECT_EQ(rows(), 3 * enough_records);
}

TEST_F(IngestTest, WhatFilledTheLastGroupIsEnoughForTheNext) {
  limits.quiet = std::chrono::hours(1);
  limits.max_delay_ms = 3'600'000;
  limits.max_records = 100;
  make_ingest();
  for (std::int64_t seq = 1; seq <= 6; ++seq) send(batch(seq, 50));
  for (int group = 0; group < 3; ++group)
    EXPECT_EQ(ingest->run_once(std::chrono::hours(1)), Turn::committed) << "and does not wait for an hour";
  EXPECT_EQ(metrics.commits, 3U);
  EXPECT_EQ(rows(), 300);
}

TEST_F(IngestTest, GroupsAndLatenciesAreMeasured) {
  send(batch(1, 3));
  send(batch(2, 3));
  send(reading);
  turn();
  EXPECT_EQ(metrics.group_records.sum(), 7U);
  EXPECT_EQ(metrics.ack_latency.count(), 2U) << "a bare reading has no ack";
  EXPECT_GT(metrics.log_bytes, 4'096U);
}

TEST_F(IngestTest, AConflictIsCounted) {
  send(batch(1));
  send(batch(1, 2));
  turn();
  EXPECT_EQ(metrics.conflicts, 1U);
  EXPECT_EQ(metrics.duplicates, 1U);
}

TEST_F(IngestTest, AFailureBetweenGroupsIsOneOfTheStore) {
  limits.retry_min = limits.retry_max = milliseconds(1);
  std::atomic<bool> has_failed = false;
  between_groups = [&]() -> Result<void> {
    if (has_failed.exchange(true)) return {};
    return fail("no room");
  };
  make_ingest();
  send(batch(1));
  std::thread running([this] { ingest->run(); });
  EXPECT_TRUE(test::wait_until([this] { return store_changes >= 2; })) << "red, and ready again";
  queue.close();
  running.join();
  EXPECT_EQ(metrics.store_failures, 1U);
  EXPECT_EQ(metrics.dropped, 0U);
  EXPECT_TRUE(readiness.can_land());
}

TEST_F(IngestTest, AMendedStoreIsFoundOutWithoutAnyMessage) {
  limits.retry_min = limits.retry_max = milliseconds(1);
  make_ingest();
  break_store();
  send(batch(1));
  std::thread running([this] { ingest->run(); });
  EXPECT_TRUE(test::wait_until([this] { return store_changes > 0; }));
  mend_store();
  EXPECT_TRUE(test::wait_until([this] { return readiness.can_land(); }));
  queue.close();
  running.join();
}

}  // namespace
}  // namespace stedi::gateway
