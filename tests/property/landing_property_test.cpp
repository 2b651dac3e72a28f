// The law of landing: whatever bytes come, received = landed + quarantined, and no half of a record is ever
// in a table.
#include <gtest/gtest.h>

#include <random>

#include "core/digest/digest.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/landing/writer.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::landing {
namespace {

std::string random_reading(std::mt19937& random) {
  switch (std::uniform_int_distribution<int>(0, 6)(random)) {
    case 0:
      return R"({"user":"a@x","timestamp":1655000000000,"x":1,"y":2})";
    case 1:
      return R"({"user":"a@x","timestamp":1655000000000.5,"x":1,"y":2,"z":3})";
    case 2:
      return R"({"user":"a@x","timestamp":1655000000000,"x":1,"X":1,"y":2,"z":3})";
    case 3:
      return "\"text\"";
    default:
      return R"({"user":"u)" + std::to_string(random() % 9) +
             R"(@x","timestamp":1655000000000,"x":1,"y":2,"z":3})";
  }
}

std::string random_message(std::mt19937& random, std::int64_t seq) {
  std::vector<std::string> records;
  for (unsigned i = 0; i < random() % 6; ++i) records.push_back(random_reading(random));
  std::string bytes = wire::seal_envelope({"b1", seq}, records);
  if (random() % 4 == 0) bytes.erase(random() % bytes.size(), random() % 9);
  if (random() % 8 == 0)
    bytes.insert(random() % bytes.size(), std::string(1, static_cast<char>(random() % 256)));
  return bytes;
}

TEST(LandingProperty, ReceivedIsLandedPlusQuarantined) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    const test::TempDir files;
    const ManualClock clock(1'700'000'000'000);
    auto writer = Writer::open(files.path(), {}, clock);
    ASSERT_TRUE(writer);
    std::int64_t landed = 0;
    std::int64_t quarantined = 0;
    for (std::int64_t seq = 1; seq <= 200; ++seq) {
      if (seq % 20 == 1) {
        ASSERT_TRUE(writer->begin());
      }
      const std::string bytes = random_message(random, seq);
      wire::PayloadDecoder decoder;
      const wire::Payload payload = decoder.decode(Stream::accelerometer, bytes);
      const auto outcome = writer->land(
          {"d1", Stream::accelerometer, payload, first_64_bits(sha256(bytes)), clock.wall_ms(), bytes});
      ASSERT_TRUE(outcome) << outcome.error().message;
      if (outcome->verdict == LandResult::Verdict::landed) {
        ASSERT_EQ(static_cast<std::size_t>(outcome->landed), payload.landed_records()) << "seed " << seed;
        ASSERT_EQ(static_cast<std::size_t>(outcome->quarantined), payload.refused.size()) << "seed " << seed;
      }
      landed += outcome->landed;
      quarantined += outcome->quarantined;
      if (seq % 20 == 0) {
        ASSERT_TRUE(writer->commit());
      }
    }
    auto database = *open_landing_for_reading(files.path());
    EXPECT_EQ(database.integer("SELECT count(*) FROM accelerometer"), landed) << "seed " << seed;
    EXPECT_EQ(database.integer("SELECT count(*) FROM quarantine"), quarantined) << "seed " << seed;
    EXPECT_EQ(database.integer("SELECT sum(landed) FROM batch"), landed) << "seed " << seed;
    EXPECT_EQ(database.integer("SELECT sum(quarantined) FROM batch"), quarantined) << "seed " << seed;
    EXPECT_EQ(database.integer("SELECT count(*) FROM accelerometer_landing"), landed)
        << "every id has its text";
    EXPECT_EQ(
        database.integer(
            "SELECT count(*) FROM batch AS b WHERE b.landed <> (SELECT count(*) FROM accelerometer AS a "
            "WHERE a.ingest_id >= b.first_id AND a.ingest_id < b.first_id + b.landed)"),
        0)
        << "the batch log's ranges hold exactly its batches' rows";
  }
}

}  // namespace
}  // namespace stedi::landing
