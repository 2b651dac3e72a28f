// Stores as older versions made them (schema/version_<n>.sql) under this one.
#include "lakehouse/landing/migrate.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/digest/digest.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/landing/writer.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::landing {
namespace {

// A row of each kind, in columns that every version has.
constexpr auto rows_of_any_version = R"(
INSERT INTO subject (email, landed_as) VALUES ('ann@example.com', 'ann@example.com');
INSERT INTO trainer (serialNumber, landed_as) VALUES ('S1', 'S1');
INSERT INTO spelling (text) VALUES ('ANN@example.com'), (' S1');
INSERT INTO source (kind, stream, device, boot) VALUES ('device', 'accelerometer', 'ann@example.com', 'b1');
INSERT INTO batch (source_id, seq, payload_hash, received, first_id, landed, quarantined) VALUES (1, 4, 1, 5, 1, 2, 1);
INSERT INTO customer (batch_id, received, subject_id, trainer_id, email, customerName, serialNumber,
                      last_update_invalid, research_is_number, canonical)
VALUES (1, 5, 1, 1, 'ann@example.com', 'Ann', 'S1', 0, 0, '{}');
INSERT INTO consent (batch_id, received, subject_id, email, purpose, action, timestamp)
VALUES (1, 5, 1, 'ann@example.com', 'research', 'withdraw', 5);
INSERT INTO pairing (batch_id, received, trainer_id, subject_id, serialNumber, email, timestamp)
VALUES (1, 5, 1, 1, 'S1', 'ann@example.com', 5);
INSERT INTO accelerometer (subject_id, timestamp, x, y, z, implausible, spelling_id)
VALUES (1, 1655000000000, 1, 2, 3, 0, NULL), (1, 1655000000001, 1, 2, 3, 0, 1);
INSERT INTO step_trainer (trainer_id, sensorReadingTime, distanceFromObject, implausible, spelling_id)
VALUES (1, 1655000000000, 7, 0, NULL), (1, 1655000000001, 8, 0, 2);
INSERT INTO device_subject VALUES ('ann@example.com', 1);
INSERT INTO watermark (source_id, prefix, ranges) VALUES (1, 4, '7-9');
INSERT INTO refused_message (content_hash) VALUES (77);
INSERT INTO quarantined_record (batch_id, stream, reason, received, payload) VALUES
  (1, 'accelerometer', 'missing_field', 5, '{}'),
  (1, 'customer', 'needs_envelope', 5, 'a\x00b');
)";

// What tables, views and indexes there are, with their columns, however the file came to have them.
std::string shape_of(sqlite::Database& database) {
  std::string shape;
  auto columns = *database.prepare(
      "SELECT object.name || '.' || field.name || ' ' || field.type || ' ' || field.\"notnull\" "
      "FROM sqlite_schema AS object JOIN pragma_table_info(object.name) AS field "
      "WHERE object.type IN ('table', 'view') UNION ALL "
      "SELECT name || ' on ' || tbl_name FROM sqlite_schema WHERE type = 'index' ORDER BY 1");
  while (*columns.step()) shape += std::string(columns.text(0)) + "\n";
  return shape;
}

// The rows that everybody sees.
std::string rows_of_views(sqlite::Database& database) {
  std::string rows;
  for (const std::string view : {"customer_landing", "consent_landing", "pairing_landing",
                                 "accelerometer_landing", "step_trainer_landing", "quarantine"}) {
    auto select = *database.prepare("SELECT * FROM " + view);
    while (*select.step()) {
      rows += view;
      for (int i = 0; i < select.column_count(); ++i) rows += "|" + std::string(select.text(i));
      rows += "\n";
    }
  }
  return rows;
}

struct OldStore : testing::TestWithParam<std::int64_t> {
  test::TempDir files;
  ManualClock clock{1'700'000'000'000};

  // What its views show.
  std::string make(const std::filesystem::path& dir) const {
    std::filesystem::create_directories(dir);
    auto database = sqlite::Database::open(landing_file(dir), sqlite::Access::create);
    const auto schema = test::read_text(STEDI_SOURCE_DIR "/tests/unit/landing/schema/version_" +
                                        std::to_string(GetParam()) + ".sql");
    for (const std::string& script : {schema, std::string(rows_of_any_version)}) {
      const auto done = database->execute(script);
      EXPECT_TRUE(done) << done.error().message;
    }
    return rows_of_views(*database);
  }
};

TEST_P(OldStore, IsBroughtUpToDateByWhoeverOpensItAndKeepsItsRows) {
  auto fresh = open_landing_for_writing(files.path() / "new", clock);
  ASSERT_TRUE(fresh);
  for (const std::string opened_by : {"writer", "reader", "migration"}) {
    const auto dir = files.path() / opened_by;
    const std::string rows = make(dir);
    ASSERT_EQ(std::ranges::count(rows, '\n'), 9);
    if (opened_by == "migration") {
      ASSERT_TRUE(migrate_landing(dir, clock));
    }
    auto database =
        opened_by == "writer" ? open_landing_for_writing(dir, clock) : open_landing_for_reading(dir);
    ASSERT_TRUE(database) << database.error().message;
    EXPECT_EQ(*database->integer("PRAGMA user_version"), landing_version);
    EXPECT_EQ(shape_of(*database), shape_of(*fresh));
    EXPECT_EQ(rows_of_views(*database), rows);
    EXPECT_EQ(
        database->integer("SELECT count(*) FROM watermark WHERE prefix = 4 AND ranges = '7-9' AND lost = ''"),
        1);
    EXPECT_EQ(database->integer("SELECT count(*) FROM refused_message WHERE content_hash = 77"), 1);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryVersion, OldStore, testing::Range(std::int64_t{1}, landing_version));

// Versions before 4 kept ids of a form of the sender's own as sent, and did not say what a quarantined row
// is.
struct StoreBefore4 : OldStore {
  void SetUp() override { make(files.path()); }
};

TEST_P(StoreBefore4, WhatARefusedRowIsIsToldAfterwards) {
  auto migrated = open_landing_for_reading(files.path());
  const auto count = [&](const std::string& condition) {
    return *migrated->integer("SELECT count(*) FROM quarantined_record WHERE " + condition);
  };
  EXPECT_EQ(count("reason = 'missing_field' AND is_message = 0 AND is_faithful = 1"), 1);
  EXPECT_EQ(count("reason = 'needs_envelope' AND is_message = 1 AND is_faithful = 0"), 1);
}

TEST_P(StoreBefore4, DevicesAreKnownAgainThoughTheirIdsAreDigestsNow) {
  auto writer = Writer::open(files.path(), {}, clock);
  ASSERT_TRUE(writer) << writer.error().message;
  const std::vector<std::string> records = {R"({"user":"a","timestamp":1655000000000,"x":1,"y":2,"z":3})"};
  const std::string bytes = wire::seal_envelope({"b1", 4}, records);
  wire::PayloadDecoder decoder;
  const auto payload = decoder.decode(Stream::accelerometer, bytes);
  ASSERT_TRUE(writer->begin());
  const auto landed = writer->land({"ann@example.com", Stream::accelerometer, payload, 1, 1, bytes});
  ASSERT_TRUE(landed) << landed.error().message;
  EXPECT_EQ(landed->verdict, LandResult::Verdict::duplicate);
  ASSERT_TRUE(writer->commit());
  auto database = open_landing_for_reading(files.path());
  EXPECT_EQ(database->integer("SELECT count(*) FROM source WHERE device LIKE '%ann%'"), 0);
  EXPECT_EQ(database->integer("SELECT count(*) FROM device_subject WHERE device LIKE '~%'"), 1);
}

INSTANTIATE_TEST_SUITE_P(Versions, StoreBefore4, testing::Range<std::int64_t>(1, 4));

}  // namespace
}  // namespace stedi::landing
