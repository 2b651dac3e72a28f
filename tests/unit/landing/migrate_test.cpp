#include "lakehouse/landing/migrate.hpp"

#include <gtest/gtest.h>

#include "core/digest/digest.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/landing/writer/writer.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::landing {
namespace {

// landing.db as version 1 made what later versions changed, with a row of each kind.
constexpr auto version_1 = R"(
DROP TABLE removed_cell;
DROP TABLE known_key;
DROP TABLE expired;
DROP TABLE retention_judged;
DROP INDEX customer_by_subject;
DROP INDEX consent_by_subject;
ALTER TABLE customer DROP COLUMN line;
ALTER TABLE consent DROP COLUMN line;
DROP TABLE watermark;
CREATE TABLE watermark (
  source_id INTEGER PRIMARY KEY REFERENCES source,
  prefix    INTEGER NOT NULL,
  ranges    TEXT NOT NULL
);
DROP TABLE refused_message;
CREATE TABLE refused_message (content_hash INTEGER PRIMARY KEY);
DROP VIEW quarantine;
DROP TABLE quarantined_record;
CREATE TABLE quarantined_record (
  quarantine_id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id      INTEGER NOT NULL,
  stream        TEXT NOT NULL,
  reason        TEXT NOT NULL,
  received      INTEGER NOT NULL,
  payload       TEXT NOT NULL
);
CREATE VIEW quarantine AS SELECT stream, reason, received, payload FROM quarantined_record;
INSERT INTO source (kind, stream, device, boot) VALUES ('device', 'accelerometer', 'ann@example.com', 'b1');
INSERT INTO subject (email, landed_as) VALUES ('ann@example.com', 'ann@example.com');
INSERT INTO device_subject VALUES ('ann@example.com', 1);
INSERT INTO watermark VALUES (1, 4, '7-9');
INSERT INTO refused_message VALUES (77);
INSERT INTO quarantined_record (batch_id, stream, reason, received, payload) VALUES
  (1, 'accelerometer', 'missing_field', 5, '{}'),
  (1, 'customer', 'needs_envelope', 5, 'a\x00b');
PRAGMA user_version = 1;
)";

struct MigrateTest : testing::Test {
  test::TempDir files;
  ManualClock clock{1'700'000'000'000};

  void make_version_1() {
    auto database = open_landing_for_writing(files.path(), clock);
    ASSERT_TRUE(database) << database.error().message;
    const auto made = database->execute(version_1);
    ASSERT_TRUE(made) << made.error().message;
  }
};

TEST_F(MigrateTest, WhatItHeldIsStillThere) {
  make_version_1();
  const auto done = migrate_landing(files.path(), clock);
  ASSERT_TRUE(done) << done.error().message;
  auto migrated = open_landing_for_reading(files.path());
  const auto count = [&](const std::string& sql) {
    return *migrated->integer("SELECT count(*) FROM " + sql);
  };
  EXPECT_EQ(count("subject"), 1);
  EXPECT_EQ(count("removed_cell"), 0);
  EXPECT_EQ(count("watermark WHERE prefix = 4 AND ranges = '7-9' AND lost = ''"), 1);
  EXPECT_EQ(count("refused_message WHERE content_hash = 77"), 1);
  EXPECT_EQ(count("quarantine"), 2);
  EXPECT_EQ(count("quarantined_record WHERE reason = 'missing_field' AND is_message = 0 AND is_faithful = 1"),
            1);
  EXPECT_EQ(
      count("quarantined_record WHERE reason = 'needs_envelope' AND is_message = 1 AND is_faithful = 0"), 1);
}

TEST_F(MigrateTest, DevicesAreKnownAgainThoughTheirIdsAreDigestsNow) {
  make_version_1();
  auto writer = Writer::open(files.path(), {}, clock);
  ASSERT_TRUE(writer) << writer.error().message;
  const std::vector<std::string> records = {R"({"user":"a","timestamp":1655000000000,"x":1,"y":2,"z":3})"};
  const std::string bytes = wire::seal_envelope({"b1", 4}, records);
  wire::PayloadDecoder decoder;
  const auto payload = decoder.decode(Stream::accelerometer, bytes);
  ASSERT_TRUE(writer->begin());
  const auto landed = writer->land({"ann@example.com", Stream::accelerometer, payload, 1, 1, bytes});
  ASSERT_TRUE(landed) << landed.error().message;
  EXPECT_EQ(landed->verdict, Landed::Verdict::duplicate);
  ASSERT_TRUE(writer->commit());
  auto database = open_landing_for_reading(files.path());
  EXPECT_EQ(database->integer("SELECT count(*) FROM source WHERE device LIKE '%ann%'"), 0);
  EXPECT_EQ(database->integer("SELECT count(*) FROM device_subject WHERE device LIKE '~%'"), 1);
}

}  // namespace
}  // namespace stedi::landing
