#include "lakehouse/landing/writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/digest/digest.hpp"
#include "core/record/limits.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/landing/watermarks.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::landing {
namespace {

constexpr std::int64_t now_ms = 1'700'000'000'000;
using Verdict = LandResult::Verdict;

std::string reading(const std::string& user) {
  return R"({"user":")" + user + R"(","timestamp":1655000000000,"x":1,"y":2,"z":3})";
}
std::string customer(const std::string& email) {
  return R"({"email":")" + email + R"("})";
}
std::string withdrawal(const std::string& email) {
  return R"({"email":")" + email + R"(","purpose":"research","action":"withdraw","timestamp":1655000000000})";
}

struct WriterTest : testing::Test {
  test::TempDir files;
  ManualClock clock{now_ms};
  WriterOptions options{[](std::string_view device) { return device == "website"; }};
  std::optional<Writer> writer;

  void SetUp() override { reopen(); }
  void reopen() {
    writer.reset();
    auto opened = Writer::open(files.path(), options, clock);
    ASSERT_TRUE(opened) << opened.error().message;
    writer.emplace(std::move(*opened));
  }
  // Within the open transaction.
  LandResult land(const std::string& device, Stream stream, const std::string& bytes) {
    wire::PayloadDecoder decoder;
    const wire::Payload payload = decoder.decode(stream, bytes);
    const auto landed = writer->land({device, stream, payload, first_64_bits(sha256(bytes)), now_ms, bytes});
    EXPECT_TRUE(landed) << landed.error().message;
    return landed.value_or(LandResult{});
  }
  LandResult send(const std::string& device, Stream stream, const std::string& bytes) {
    EXPECT_TRUE(writer->begin());
    const LandResult landed = land(device, stream, bytes);
    EXPECT_TRUE(writer->commit());
    return landed;
  }
  LandResult send_batch(std::int64_t seq, const std::string& record, Stream stream = Stream::accelerometer,
                        const std::string& device = "d1", const std::string& boot = "b1") {
    return send(device, stream, wire::seal_envelope({boot, seq}, std::vector{record}));
  }
  std::int64_t count(const std::string& sql) {
    auto database = open_landing_for_reading(files.path());
    return *database->integer(sql);
  }
};

TEST_F(WriterTest, ABatchLandsOnceWithItsRowOfTheBatchLog) {
  EXPECT_EQ(send_batch(1, reading("a")).verdict, Verdict::landed);
  EXPECT_EQ(send_batch(1, reading("a")).verdict, Verdict::duplicate);
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM batch WHERE seq = 1 AND landed = 1 AND first_id = 1 AND received = " +
                  std::to_string(now_ms)),
            1);
}

TEST_F(WriterTest, DuplicatesWithinOneTransactionAreSeen) {
  ASSERT_TRUE(writer->begin());
  const auto batch = wire::seal_envelope({"b1", 1}, std::vector{reading("a")});
  EXPECT_EQ(land("d1", Stream::accelerometer, batch).verdict, Verdict::landed);
  EXPECT_EQ(land("d1", Stream::accelerometer, batch).verdict, Verdict::duplicate);
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 1);
}

TEST_F(WriterTest, TheNameIsDeviceBootStreamAndSeq) {
  send_batch(1, reading("a"));
  EXPECT_EQ(send_batch(1, reading("a"), Stream::accelerometer, "d2").verdict, Verdict::landed);
  EXPECT_EQ(send_batch(1, reading("a"), Stream::accelerometer, "d1", "b2").verdict, Verdict::landed);
  EXPECT_EQ(send_batch(1, R"({"sensorReadingTime":1,"serialNumber":"s","distanceFromObject":1})",
                       Stream::step_trainer)
                .verdict,
            Verdict::landed);
}

TEST_F(WriterTest, DuplicatesAreKnownAfterARestart) {
  send_batch(1, reading("a"));
  send_batch(3, reading("a"));
  reopen();  // from the batch log's tail alone
  EXPECT_EQ(send_batch(1, reading("a")).verdict, Verdict::duplicate);
  EXPECT_EQ(send_batch(3, reading("a")).verdict, Verdict::duplicate);
  ASSERT_TRUE(writer->save_watermarks());
  reopen();  // from the saved watermarks alone
  EXPECT_EQ(send_batch(3, reading("a")).verdict, Verdict::duplicate);
  EXPECT_EQ(send_batch(2, reading("a")).verdict, Verdict::landed);
  reopen();  // from both
  for (const std::int64_t seq : {1, 2, 3})
    EXPECT_EQ(send_batch(seq, reading("a")).verdict, Verdict::duplicate) << seq;
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 3);
}

TEST_F(WriterTest, WatermarksAreSavedEveryNBatches) {
  options.checkpoint_every_batches = 2;
  reopen();
  for (const std::int64_t seq : {1, 2, 3}) send_batch(seq, reading("a"));
  EXPECT_EQ(count("SELECT batch_id FROM watermark_checkpoint"), 2);
  EXPECT_EQ(count("SELECT prefix FROM watermark"), 2);
}

TEST_F(WriterTest, WatermarksAreSavedWhenMoreSourcesWaitForItThanStayInMemory) {
  options.max_cached_sources = 10;
  reopen();
  for (int device = 1; device <= 9; ++device)
    send_batch(1, reading("a"), Stream::accelerometer, std::to_string(device));
  EXPECT_EQ(count("SELECT count(*) FROM watermark"), 0);
  for (int device = 10; device <= 35; ++device)
    send_batch(1, reading("a"), Stream::accelerometer, std::to_string(device));
  EXPECT_EQ(count("SELECT count(*) FROM watermark"), 30);
  for (int device = 1; device <= 35; ++device) {
    EXPECT_EQ(send_batch(1, reading("a"), Stream::accelerometer, std::to_string(device)).verdict,
              Verdict::duplicate)
        << device;
  }
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 35);
}

TEST_F(WriterTest, WhatWasNotCommittedDidNotLand) {
  ASSERT_TRUE(writer->begin());
  land("d1", Stream::accelerometer, wire::seal_envelope({"b1", 1}, std::vector{reading("a")}));
  reopen();
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 0);
  EXPECT_EQ(send_batch(1, reading("a")).verdict, Verdict::landed);
}

TEST_F(WriterTest, TooFarAboveThePrefixIsWithheld) {
  options.max_ranges_per_source = 1;
  reopen();
  EXPECT_EQ(send_batch(3, reading("a")).verdict, Verdict::landed);
  EXPECT_EQ(send_batch(5, reading("a")).verdict, Verdict::withheld);
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 1);
  EXPECT_EQ(send_batch(1, reading("a")).verdict, Verdict::landed);
  EXPECT_EQ(send_batch(2, reading("a")).verdict, Verdict::landed);
  EXPECT_EQ(send_batch(5, reading("a")).verdict, Verdict::landed);
}

TEST_F(WriterTest, AnotherPayloadUnderAUsedNameIsQuarantinedOnceAndAcknowledged) {
  send_batch(1, reading("a"));
  EXPECT_EQ(send_batch(1, reading("other")).verdict, Verdict::duplicate);
  EXPECT_EQ(send_batch(1, reading("other")).verdict, Verdict::duplicate);
  EXPECT_EQ(count("SELECT count(*) FROM quarantine WHERE reason = 'identity_conflict'"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 1);
}

TEST_F(WriterTest, AConflictKeepsWhatItAcknowledges) {
  send_batch(1, reading("a"));
  send_batch(1, "{}");
  EXPECT_EQ(count("SELECT count(*) FROM quarantine WHERE payload LIKE '%\"records\":[{}]%'"), 1)
      << "also what is no record";
  send_batch(1, reading("a"), Stream::accelerometer, "d2");
  send_batch(1, "{}", Stream::accelerometer, "d2");
  EXPECT_EQ(count("SELECT count(*) FROM quarantine WHERE reason = 'identity_conflict'"), 2)
      << "the same bytes, another name";
}

// Of bytes that are no text the quarantine keeps a quarter as many.
TEST_F(WriterTest, AConflictThatIsNotKeptWholeIsNotAcknowledged) {
  send_batch(1, reading("a"));
  const std::string no_text = '"' + std::string(60'000, '\xFF') + '"';
  for (int sent = 0; sent < 2; ++sent) {
    const auto outcome = send_batch(1, no_text + ',' + no_text);
    EXPECT_EQ(outcome.verdict, Verdict::withheld);
    EXPECT_TRUE(outcome.conflict);
  }
  EXPECT_EQ(count("SELECT count(*) FROM quarantine WHERE reason = 'identity_conflict'"), 1);
}

TEST_F(WriterTest, TheConflictWindowIsBounded) {
  options.conflict_window = 1;
  reopen();
  send_batch(1, reading("a"));
  send_batch(2, reading("a"));
  EXPECT_EQ(send_batch(1, reading("other")).verdict, Verdict::duplicate);
  EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 0) << "beyond the window: an older duplicate";
  EXPECT_EQ(send_batch(2, reading("other")).verdict, Verdict::duplicate);
  EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 1);
}

TEST_F(WriterTest, ABadRecordIsQuarantinedInItsBatchsTransaction) {
  const auto landed =
      send("d1", Stream::accelerometer,
           wire::seal_envelope({"b1", 1}, std::vector{reading("a"), std::string("{}"), reading("b")}));
  EXPECT_EQ(landed.verdict, Verdict::landed);
  EXPECT_EQ(landed.landed, 2);
  EXPECT_EQ(landed.quarantined, 1);
  EXPECT_EQ(count("SELECT count(*) FROM quarantine WHERE reason = 'missing_field' AND payload = '{}'"), 1);
}

TEST_F(WriterTest, AnUnusableEnvelopeIsQuarantinedOncePerContent) {
  const std::string bad = R"({"v":1,"boot":"b1","seq":0,"records":[]})";
  EXPECT_EQ(send("d1", Stream::accelerometer, bad).verdict, Verdict::refused);
  EXPECT_EQ(send("d1", Stream::accelerometer, bad).verdict, Verdict::refused);
  EXPECT_EQ(count("SELECT count(*) FROM quarantine WHERE reason = 'bad_envelope'"), 1);
}

TEST_F(WriterTest, BareRecordsLandWithoutANameAndKeepNoDevice) {
  EXPECT_EQ(send("ann@example.com", Stream::accelerometer, reading("a")).verdict, Verdict::landed);
  EXPECT_EQ(send("ann@example.com", Stream::accelerometer, reading("a")).verdict, Verdict::landed);
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 2);
  EXPECT_EQ(count("SELECT count(*) FROM source WHERE device = '' AND kind = 'bare'"), 1);
}

TEST_F(WriterTest, AGapIsLandedAndItsBatchesCountAsAccountedFor) {
  options.max_ranges_per_source = 1;
  reopen();
  send_batch(3, reading("a"));
  const std::string gap =
      R"({"boot":"b1","stream":"accelerometer","firstSeq":1,"lastSeq":2,"records":9,"reason":"spool_full"})";
  EXPECT_EQ(send_batch(1, gap, Stream::gap).verdict, Verdict::landed);
  EXPECT_EQ(count("SELECT records FROM gap WHERE reason = 'spool_full'"), 9);
  reopen();
  EXPECT_EQ(send_batch(5, reading("a")).verdict, Verdict::landed) << "the prefix is 3 now";
}

// Every second batch was given up, and told of before any other comes.
struct TornStreamTest : WriterTest {
  static std::string hole(std::int64_t seq) {
    const std::string at = std::to_string(seq);
    return R"({"boot":"b1","stream":"accelerometer","firstSeq":)" + at + R"(,"lastSeq":)" + at +
           R"(,"records":1,"reason":"spool_full"})";
  }
  // Lower ones last: the order of gaps is nobody's promise.
  void tell_holes(std::size_t holes) {
    std::vector<std::string> gaps;
    for (std::size_t i = holes; i > 0; --i) gaps.push_back(hole(static_cast<std::int64_t>(2 * i)));
    std::int64_t seq = 0;
    for (std::size_t from = 0; from < gaps.size(); from += limits::max_batch_records) {
      const std::size_t to = std::min(from + limits::max_batch_records, gaps.size());
      const std::vector<std::string> some(gaps.begin() + static_cast<std::ptrdiff_t>(from),
                                          gaps.begin() + static_cast<std::ptrdiff_t>(to));
      EXPECT_EQ(send("d1", Stream::gap, wire::seal_envelope({"b1", ++seq}, some)).verdict, Verdict::landed);
    }
  }
  // Those between the holes from…to, in order; how many of them landed.
  std::size_t land_between(std::size_t from, std::size_t to) {
    std::size_t landed = 0;
    EXPECT_TRUE(writer->begin());
    for (std::size_t i = from; i < to; ++i) {
      const auto seq = static_cast<std::int64_t>(2 * i + 1);
      const std::string bytes = wire::seal_envelope({"b1", seq}, std::vector{reading("a")});
      if (land("d1", Stream::accelerometer, bytes).verdict == Verdict::landed) ++landed;
    }
    EXPECT_TRUE(writer->commit());
    return landed;
  }
};

TEST_F(TornStreamTest, HolesInMemoryUpToTheLimitHoldNothingUp) {
  options.max_ranges_per_source = 2;
  reopen();
  constexpr std::size_t holes = WatermarkLimits{}.max_lost_ranges;
  tell_holes(holes);
  EXPECT_EQ(land_between(0, holes + 1), holes + 1);
}

// Else the batches above the holes that were forgotten would wait for ever: their device tells a hole once.
TEST_F(TornStreamTest, HolesBeyondTheLimitAreReadAgainAndHoldNothingUp) {
  options.max_ranges_per_source = 2;
  reopen();
  constexpr std::size_t holes = 3 * WatermarkLimits{}.max_lost_ranges + 7;
  tell_holes(holes);
  EXPECT_EQ(land_between(0, holes + 1), holes + 1);
  EXPECT_EQ(count("SELECT count(*) FROM gap"), static_cast<std::int64_t>(holes)) << "no loss is silent";
}

TEST_F(TornStreamTest, HolesBeyondTheLimitHoldNothingUpAfterARestart) {
  options.max_ranges_per_source = 2;
  reopen();
  constexpr std::size_t holes = 3 * WatermarkLimits{}.max_lost_ranges;
  tell_holes(holes);
  ASSERT_TRUE(writer->save_watermarks());
  reopen();
  EXPECT_EQ(land_between(0, holes / 2), holes / 2);
  ASSERT_TRUE(writer->save_watermarks());
  reopen();
  EXPECT_EQ(land_between(holes / 2, holes + 1), holes + 1 - holes / 2);
}

TEST_F(WriterTest, ALostBatchThatComesAfterAllLands) {
  const std::string gap =
      R"({"boot":"b1","stream":"accelerometer","firstSeq":1,"lastSeq":9007199254740991,"records":9,"reason":"too_old"})";
  send_batch(1, gap, Stream::gap);
  EXPECT_EQ(send_batch(2, reading("a")).verdict, Verdict::landed) << "it was under way already";
  ASSERT_TRUE(writer->save_watermarks());
  reopen();
  EXPECT_EQ(send_batch(2, reading("a")).verdict, Verdict::duplicate);
  EXPECT_EQ(send_batch(1, reading("a")).verdict, Verdict::landed);
}

TEST_F(WriterTest, AGapHoldsNoFreeTextOfItsSender) {
  const auto gap = [](const std::string& stream, const std::string& reason, const std::string& range) {
    return R"({"boot":"Ann","stream":")" + stream + R"(","reason":")" + reason + R"(",)" + range +
           R"(,"records":1})";
  };
  const std::string range = R"("firstSeq":1,"lastSeq":2)";
  EXPECT_EQ(send_batch(1, gap("accelerometer", "spool_full", range), Stream::gap).landed, 1);
  EXPECT_EQ(send_batch(2, gap("accelerometer", "Ann's fault", range), Stream::gap).quarantined, 1);
  EXPECT_EQ(send_batch(3, gap("Ann's", "too_old", range), Stream::gap).quarantined, 1);
  EXPECT_EQ(
      send_batch(4, gap("accelerometer", "too_old", R"("firstSeq":2,"lastSeq":1)"), Stream::gap).quarantined,
      1);
  EXPECT_EQ(count("SELECT count(*) FROM gap WHERE boot LIKE '%Ann%'"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM gap"), 1);
}

TEST_F(WriterTest, IdsOfAFormOfTheirOwnAreStoredByDigest) {
  const std::string ours = "0123456789abcdef0123456789abcdef";
  send_batch(1, customer("a@x"), Stream::customer, "ann@example.com", "ann's phone");
  send_batch(1, customer("a@x"), Stream::customer, ours, ours);
  for (const std::string column : {"device", "boot"}) {
    EXPECT_EQ(count("SELECT count(*) FROM source WHERE " + column + " LIKE '%ann%'"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM source WHERE " + column + " = '" + ours + "'"), 1);
    EXPECT_EQ(
        count("SELECT count(*) FROM source WHERE length(" + column + ") = 33 AND " + column + " GLOB '~*'"),
        1);
  }
  EXPECT_EQ(count("SELECT count(*) FROM device_subject WHERE device LIKE '%ann%'"), 0);
  reopen();
  EXPECT_EQ(send_batch(1, customer("a@x"), Stream::customer, "ann@example.com", "ann's phone").verdict,
            Verdict::duplicate);
  EXPECT_EQ(send_batch(2, customer("b@x"), Stream::customer, "ann@example.com", "ann's phone").quarantined,
            1);
}

TEST_F(WriterTest, RefusalsAreRememberedUpToAWindow) {
  options.refusal_window = 2;
  reopen();
  const auto bad = [](int seq) {
    return R"({"v":1,"boot":"b1","seq":-)" + std::to_string(seq) + R"(,"records":[]})";
  };
  for (const int seq : {1, 2, 3}) send("d1", Stream::accelerometer, bad(seq));
  EXPECT_EQ(count("SELECT count(*) FROM refused_message"), 2);
  send("d1", Stream::accelerometer, bad(3));
  EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 3) << "remembered";
  send("d1", Stream::accelerometer, bad(1));
  EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 4) << "forgotten";
}

TEST_F(WriterTest, WhatTheDatabaseRefusesIsQuarantinedWholeUnderItsName) {
  wire::PayloadDecoder decoder;
  const std::string bytes = wire::seal_envelope({"b1", 1}, std::vector{reading("a")});
  const wire::Payload payload = decoder.decode(Stream::accelerometer, bytes);
  ASSERT_TRUE(writer->begin());
  const auto kept =
      writer->quarantine({"d1", Stream::accelerometer, payload, first_64_bits(sha256(bytes)), now_ms, bytes},
                         Reason::not_storable);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->quarantined, 1);
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(send("d1", Stream::accelerometer, bytes).verdict, Verdict::duplicate);
  EXPECT_EQ(count("SELECT count(*) FROM quarantine WHERE reason = 'not_storable'"), 1);
}

TEST_F(WriterTest, PayloadsExpireAndTheirRowsStay) {
  send_batch(1, "{}");
  send_batch(2, R"({"user":"a"})");
  ASSERT_TRUE(writer->begin());
  constexpr std::int64_t week_later_ms = now_ms + std::int64_t{7} * 86'400'000;
  EXPECT_EQ(writer->expire_payloads(7, week_later_ms - 1, 10), 0) << "not old enough";
  EXPECT_EQ(writer->expire_payloads(7, week_later_ms, 1), 1) << "as many as asked for";
  EXPECT_EQ(writer->expire_payloads(7, week_later_ms, 10), 1);
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(count("SELECT count(*) FROM quarantine WHERE payload = '' AND reason = 'missing_field'"), 2);
}

TEST_F(WriterTest, BatchesThatAnotherWriterLandedAreKnown) {
  send_batch(1, reading("a"));
  {
    auto other = Writer::open(files.path(), options, clock);
    std::swap(*writer, *other);
    send_batch(2, reading("a"));
    std::swap(*writer, *other);
  }
  EXPECT_EQ(send_batch(2, reading("a")).verdict, Verdict::duplicate);
}

// ---- Who may speak for whom

TEST_F(WriterTest, TheWebsiteSpeaksForEveryone) {
  EXPECT_EQ(send_batch(1, customer("a"), Stream::customer, "website").landed, 1);
  EXPECT_EQ(send_batch(2, customer("b"), Stream::customer, "website").landed, 1);
  EXPECT_EQ(send_batch(1, withdrawal("b"), Stream::consent, "website").landed, 1);
  EXPECT_EQ(
      send_batch(1, R"({"serialNumber":"s","email":null,"timestamp":5})", Stream::pairing, "website").landed,
      1);
}

TEST_F(WriterTest, AnAppSpeaksForTheSubjectOfItsFirstCustomerRecordAlone) {
  EXPECT_EQ(send_batch(1, customer("a@x"), Stream::customer, "app").landed, 1);
  EXPECT_EQ(send_batch(2, customer(" A@X "), Stream::customer, "app").landed, 1) << "by identity";
  EXPECT_EQ(send_batch(3, customer("b@x"), Stream::customer, "app").quarantined, 1);
  reopen();
  EXPECT_EQ(send_batch(4, customer("b@x"), Stream::customer, "app").quarantined, 1) << "also after a restart";
  EXPECT_EQ(send_batch(1, withdrawal("a@x"), Stream::consent, "app").landed, 1);
  EXPECT_EQ(send_batch(2, withdrawal("b@x"), Stream::consent, "app").quarantined, 1);
  EXPECT_EQ(
      send_batch(1, R"({"serialNumber":"s","email":null,"timestamp":5})", Stream::pairing, "app").quarantined,
      1);
  EXPECT_EQ(send_batch(1, reading("b@x"), Stream::accelerometer, "app").landed, 1)
      << "readings are not restricted";
  EXPECT_EQ(count("SELECT count(*) FROM quarantine WHERE reason = 'not_authorised'"), 4);
}

TEST_F(WriterTest, ADeviceWithoutACustomerRecordSpeaksForNobody) {
  send_batch(1, customer("a@x"), Stream::customer, "website");
  EXPECT_EQ(send_batch(1, withdrawal("a@x"), Stream::consent, "stranger").quarantined, 1);
  EXPECT_EQ(count("SELECT count(*) FROM consent"), 0);
}

// ---- Trouble

TEST_F(WriterTest, AStoreLockedByAnotherWriterIsTroubleThatPasses) {
  options.busy_ms = 1;
  reopen();
  auto other = open_landing_for_writing(files.path(), clock);
  auto held = other->begin_immediate();
  ASSERT_TRUE(held);
  // The wait for a lock is bounded; the failure says why.
  EXPECT_FALSE(writer->begin());
  EXPECT_EQ(writer->trouble(), sqlite::Trouble::busy);
  ASSERT_TRUE(held->commit());
  EXPECT_EQ(send_batch(1, reading("a")).verdict, Verdict::landed);
}

TEST_F(WriterTest, IdsGoOnAfterAnImportBetweenTwoTransactions) {
  send_batch(1, reading("a"));
  {
    auto other = open_landing_for_writing(files.path(), clock);
    ASSERT_TRUE(
        other->execute("INSERT INTO accelerometer (subject_id, timestamp, x, y, z, implausible) "
                       "VALUES (1, 5, 0, 0, 0, 1)"));
  }
  send_batch(2, reading("a"));
  EXPECT_EQ(count("SELECT max(ingest_id) FROM accelerometer"), 3);
  EXPECT_EQ(count("SELECT first_id FROM batch WHERE seq = 2"), 3);
}

}  // namespace
}  // namespace stedi::landing
