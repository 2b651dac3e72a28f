#include "lakehouse/import/quarantine.hpp"

#include <gtest/gtest.h>

#include "core/digest/digest.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/landing/writer.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::landing {
namespace {

constexpr std::int64_t now_ms = 1'700'000'000'000;
constexpr auto good = R"({"user":"a@x","timestamp":1655000000000,"x":1,"y":2,"z":3})";

// A fix of the decoder cannot be played here: instead, a payload that is good is quarantined for a reason it
// never had, as an earlier version of the program might have done.
struct QuarantineTest : testing::Test {
  test::TempDir files;
  ManualClock clock{now_ms};
  std::optional<Writer> writer;

  void SetUp() override { reopen(); }
  void reopen(WriterOptions options = {}) {
    writer.reset();
    auto opened = Writer::open(files.path(), std::move(options), clock);
    ASSERT_TRUE(opened) << opened.error().message;
    writer.emplace(std::move(*opened));
  }
  LandResult send(const std::string& device, Stream stream, const std::string& bytes) {
    wire::PayloadDecoder decoder;
    const wire::Payload payload = decoder.decode(stream, bytes);
    EXPECT_TRUE(writer->begin());
    const auto landed = writer->land({device, stream, payload, first_64_bits(sha256(bytes)), now_ms, bytes});
    EXPECT_TRUE(landed) << landed.error().message;
    EXPECT_TRUE(writer->commit());
    return *landed;
  }
  LandResult send_batch(std::int64_t seq, const std::vector<std::string>& records,
                        Stream stream = Stream::accelerometer, const std::string& device = "d1") {
    return send(device, stream, wire::seal_envelope({"b1", seq}, records));
  }
  void change(const std::string& sql) {
    auto database = open_landing_for_writing(files.path(), clock);
    const auto changed = database->execute(sql);
    ASSERT_TRUE(changed) << changed.error().message;
  }
  void mend(std::int64_t id, const std::string& payload) {
    change("UPDATE quarantined_record SET payload = '" + payload +
           "' WHERE quarantine_id = " + std::to_string(id));
  }
  ReplayedRows replay(const ReplaySelection& selection = {},
                      std::int64_t rows_a_transaction = max_replay_rows_a_transaction) {
    const auto report = replay_quarantine(files.path(), selection, clock, rows_a_transaction);
    EXPECT_TRUE(report) << report.error().message;
    ReplayedRows sum;
    for (const ReplayedRows& one : report.value_or(std::vector<ReplayedRows>{})) {
      sum.rows += one.rows;
      sum.landed_records += one.landed_records;
      sum.cleared += one.cleared;
      sum.still_refused += one.still_refused;
      sum.need_judgement += one.need_judgement;
      sum.without_payload += one.without_payload;
    }
    return sum;
  }
  std::int64_t count(const std::string& sql) {
    auto database = open_landing_for_reading(files.path());
    return *database->integer("SELECT count(*) FROM " + sql);
  }
  // received = landed + quarantined, as `validate` has it.
  void expect_reconciled() {
    auto database = open_landing_for_reading(files.path());
    for (const std::string stream :
         {"customer", "consent", "pairing", "accelerometer", "step_trainer", "gap"}) {
      const auto batch_log = [&](const std::string& column) {
        return *database->integer("SELECT COALESCE(SUM(" + column +
                                  "), 0) FROM batch JOIN source USING (source_id) WHERE stream = '" + stream +
                                  "'");
      };
      EXPECT_EQ(batch_log("landed"), *database->integer("SELECT count(*) FROM " + stream)) << stream;
      EXPECT_EQ(batch_log("quarantined"),
                *database->integer("SELECT count(*) FROM quarantine WHERE stream = '" + stream + "'"))
          << stream;
    }
  }
};

TEST_F(QuarantineTest, WhatIsGoodNowLandsOnceAndIsQuarantinedNoMore) {
  send_batch(1, {good, "{}", R"({"user":"a"})"});
  mend(1, good);
  const auto first = replay();
  EXPECT_EQ(first.landed_records, 1);
  EXPECT_EQ(first.cleared, 1);
  EXPECT_EQ(first.still_refused, 1);
  EXPECT_EQ(count("accelerometer"), 2);
  EXPECT_EQ(count("quarantine"), 1);
  EXPECT_EQ(count("quarantined_record WHERE landed_batch IS NOT NULL AND payload = ''"), 1);
  expect_reconciled();
  const auto second = replay();
  EXPECT_EQ(second.landed_records, 0);
  EXPECT_EQ(second.rows, 1);
  EXPECT_EQ(count("accelerometer"), 2);
  expect_reconciled();
}

// Its name is in the batch log already, but none of its records has landed.
TEST_F(QuarantineTest, AMessageThatWasQuarantinedUnderItsNameLands) {
  send("d1", Stream::accelerometer, R"({"v":1,"boot":"b1","seq":1,"records":{}})");
  mend(1, R"({"v":1,"boot":"b1","seq":1,"records":[)" + std::string(good) + ",]}");
  const auto replayed = replay();
  EXPECT_EQ(replayed.landed_records, 1);
  EXPECT_EQ(count("accelerometer"), 1);
  EXPECT_EQ(count("quarantine"), 1) << "the comma";
  expect_reconciled();
  EXPECT_EQ(send_batch(1, {good}).verdict, LandResult::Verdict::duplicate);
}

TEST_F(QuarantineTest, EveryRowIsTriedHoweverFewATransactionTakes) {
  for (const std::int64_t rows_a_transaction : {1, 2, 5, 6}) {
    const std::int64_t landed = count("accelerometer");
    const std::int64_t refused = count("quarantined_record");
    for (int i = 0; i < 5; ++i) send("d1", Stream::accelerometer, "no record");
    change("UPDATE quarantined_record SET payload = '" + std::string(good) + "' WHERE quarantine_id > " +
           std::to_string(refused));
    EXPECT_EQ(replay({}, rows_a_transaction).cleared, 5) << rows_a_transaction;
    EXPECT_EQ(count("accelerometer"), landed + 5);
  }
  expect_reconciled();
}

TEST_F(QuarantineTest, RecordsAreReadAsImportReadsThem) {
  const std::string record = good;
  const std::vector<std::pair<std::string, std::int64_t>> payloads = {{record + ",", 1},
                                                                      {record + record, 2},
                                                                      {"[" + record + "," + record + ",]", 2},
                                                                      {"\n" + record + "\n", 1},
                                                                      {record + "," + record, 2}};
  for (const auto& [payload, records] : payloads) {
    const std::int64_t before = count("accelerometer");
    const std::int64_t next = count("quarantined_record") + 1;
    send_batch(next, {"{}"});
    mend(next, payload);
    EXPECT_EQ(replay().landed_records, records) << payload;
    EXPECT_EQ(count("accelerometer"), before + records) << payload;
  }
  expect_reconciled();
}

TEST_F(QuarantineTest, TheReceiptTimeIsTheOldOne) {
  send_batch(1, {"{}"});
  const std::int64_t just_plausible = now_ms + 86'400'000;
  mend(1, R"({"user":"a@x","timestamp":)" + std::to_string(just_plausible + 1) + R"(,"x":1,"y":2,"z":3})");
  clock.advance_ms(1'000'000'000);
  EXPECT_EQ(replay().landed_records, 1);
  EXPECT_EQ(count("accelerometer WHERE implausible = 1"), 1);
}

TEST_F(QuarantineTest, AMessageMayLandManyRecordsAndLeaveSome) {
  send("d1", Stream::accelerometer, "no record");
  mend(1, std::string("[") + good + "," + good + ",{}]");
  change("UPDATE quarantined_record SET is_message = 1, reason = 'too_many_records'");
  EXPECT_EQ(replay().landed_records, 2);
  EXPECT_EQ(count("accelerometer"), 2);
  EXPECT_EQ(count("quarantine WHERE reason = 'missing_field'"), 1) << "the third record, by itself";
  EXPECT_EQ(count("quarantine"), 1);
  expect_reconciled();
}

TEST_F(QuarantineTest, OnlyTheChosenAreTried) {
  send_batch(1, {"{}", "{}", "7"});
  for (const int id : {1, 2, 3}) mend(id, good);
  EXPECT_EQ(replay({{2}, std::nullopt}).landed_records, 1);
  EXPECT_EQ(replay({{}, Reason::not_an_object}).landed_records, 1);
  EXPECT_EQ(count("quarantine"), 1);
  EXPECT_EQ(replay().landed_records, 1);
  expect_reconciled();
}

// A gateway that goes on meanwhile would hold back for ever what waits for a batch that was given up.
TEST_F(QuarantineTest, AGapIsKnownToTheWriterThatGoesOn) {
  WriterOptions options;
  options.max_ranges_per_source = 1;
  reopen(options);
  send_batch(1, {good});
  send_batch(3, {good});
  EXPECT_EQ(send_batch(5, {good}).verdict, LandResult::Verdict::withheld) << "2 and 4 are missing";
  send_batch(1, {"{}"}, Stream::gap);
  mend(1, R"({"boot":"b1","stream":"accelerometer","firstSeq":4,"lastSeq":4,"records":1,"reason":"full"})");
  EXPECT_EQ(replay().landed_records, 1);
  EXPECT_EQ(count("gap"), 1);
  EXPECT_EQ(send_batch(5, {good}).verdict, LandResult::Verdict::landed) << "4 was given up";
  ASSERT_TRUE(writer->save_watermarks());
  reopen(options);
  EXPECT_EQ(send_batch(5, {good}).verdict, LandResult::Verdict::duplicate);
  EXPECT_EQ(send_batch(7, {good}).verdict, LandResult::Verdict::withheld) << "2 and 6 are missing";
  expect_reconciled();
}

TEST_F(QuarantineTest, AnIdThatIsNotThereLandsNothing) {
  send_batch(1, {"{}"});
  mend(1, good);
  EXPECT_FALSE(replay_quarantine(files.path(), {{1, 9}, std::nullopt}, clock));
  EXPECT_EQ(count("accelerometer"), 0);
  EXPECT_TRUE(replay_quarantine(files.path(), {{1}, std::nullopt}, clock));
  EXPECT_FALSE(replay_quarantine(files.path(), {{1}, std::nullopt}, clock)) << "it has landed already";
  EXPECT_EQ(count("accelerometer"), 1);
}

TEST_F(QuarantineTest, WithoutAStoreItFailsAndMakesNone) {
  EXPECT_FALSE(replay_quarantine(files / "none", {}, clock));
  EXPECT_FALSE(std::filesystem::exists(files / "none"));
}

TEST_F(QuarantineTest, ACutOrExpiredPayloadIsLeftAlone) {
  send("d1", Stream::accelerometer, std::string(300'000, ' ') + "{" + std::string(300'000, 'x'));
  send_batch(1, {"{}"});
  mend(2, "");
  const auto outcome = replay();
  EXPECT_EQ(outcome.without_payload, 2);
  EXPECT_EQ(outcome.still_refused, 0);
}

// ---- What needs a person's judgement

TEST_F(QuarantineTest, WhoMayNotSpeakIsHeardOnlyWhenAPersonVouches) {
  const std::string withdrawal =
      R"({"email":"a@x","purpose":"research","action":"withdraw","timestamp":1655000000000})";
  send_batch(1, {withdrawal}, Stream::consent, "stranger");
  EXPECT_EQ(replay().need_judgement, 1);
  EXPECT_EQ(replay({{}, Reason::missing_field}).rows, 0);
  EXPECT_EQ(count("consent"), 0);
  EXPECT_EQ(replay({{1}, std::nullopt}).landed_records, 1);
  EXPECT_EQ(count("consent"), 1);
  EXPECT_EQ(count("quarantine"), 0);
  expect_reconciled();
}

TEST_F(QuarantineTest, AReplayOfAllGivesNobodyAVoiceTheyDoNotHave) {
  send_batch(1, {"{}"}, Stream::consent, "stranger");
  mend(1, R"({"email":"a@x","purpose":"research","action":"grant","timestamp":1655000000000})");
  EXPECT_EQ(replay().still_refused, 1);
  EXPECT_EQ(count("consent"), 0);
  EXPECT_EQ(count("quarantine"), 1);
  expect_reconciled();
}

TEST_F(QuarantineTest, AnAppIsHeardForItsOwnSubject) {
  send_batch(1, {R"({"email":"a@x"})"}, Stream::customer, "app");
  send_batch(1, {"{}"}, Stream::consent, "app");
  mend(1, R"({"email":"A@x","purpose":"research","action":"grant","timestamp":1655000000000})");
  EXPECT_EQ(replay().landed_records, 1);
  EXPECT_EQ(count("consent"), 1);
}

TEST_F(QuarantineTest, ABareCustomerLandsWhenVouchedFor) {
  send("d1", Stream::customer, R"([{"email":"a@x"},{"email":"b@x"}])");
  EXPECT_EQ(replay().need_judgement, 1);
  EXPECT_EQ(replay({{}, Reason::needs_envelope}).landed_records, 2);
  EXPECT_EQ(count("customer"), 2);
  expect_reconciled();
}

TEST_F(QuarantineTest, AConflictLandsWhenVouchedForAndItsNameStaysTaken) {
  send_batch(1, {good});
  send_batch(1, {good, good});
  EXPECT_EQ(replay().need_judgement, 1);
  EXPECT_EQ(replay({{}, Reason::identity_conflict}).landed_records, 2);
  EXPECT_EQ(count("accelerometer"), 3);
  EXPECT_EQ(send_batch(1, {good}).verdict, LandResult::Verdict::duplicate);
  expect_reconciled();
}

// ---- Envelopes whose name could not be read; their device still has them

struct UnnamedTest : QuarantineTest {
  const std::string envelope = wire::seal_envelope({"b1", 7}, std::vector<std::string>{good});
  void SetUp() override {
    QuarantineTest::SetUp();
    send("d1", Stream::accelerometer, R"({"v":1,"boot":"b1","seq":-7,"records":[]})");
    mend(1, envelope);
  }
};

TEST_F(UnnamedTest, LandUnderTheirNameSoThatASecondDeliveryIsKnown) {
  EXPECT_EQ(replay().landed_records, 1);
  EXPECT_EQ(send("d1", Stream::accelerometer, envelope).verdict, LandResult::Verdict::duplicate)
      << "by the running writer, too";
  reopen();
  EXPECT_EQ(send("d1", Stream::accelerometer, envelope).verdict, LandResult::Verdict::duplicate);
  EXPECT_EQ(count("accelerometer"), 1);
  expect_reconciled();
}

TEST_F(UnnamedTest, AreClearedWhenTheirDeviceHasSentThemAgain) {
  EXPECT_EQ(send("d1", Stream::accelerometer, envelope).verdict, LandResult::Verdict::landed);
  const auto outcome = replay();
  EXPECT_EQ(outcome.landed_records, 0);
  EXPECT_EQ(outcome.cleared, 1);
  EXPECT_EQ(count("accelerometer"), 1);
  EXPECT_EQ(count("quarantine"), 0);
  expect_reconciled();
}

}  // namespace
}  // namespace stedi::landing
