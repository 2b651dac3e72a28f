#include "gateway/payload_expiry.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "lakehouse/landing/store.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::gateway {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

struct PayloadExpiryTest : testing::Test {
  test::TempDir files;
  ManualClock clock{1'700'000'000'000};
  std::optional<landing::Writer> writer;

  void SetUp() override {
    auto opened = landing::Writer::open(files.path(), {}, clock);
    ASSERT_TRUE(opened) << opened.error().message;
    writer.emplace(std::move(*opened));
  }
  void refuse(int records) {
    auto database = landing::open_landing_for_writing(files.path(), clock);
    ASSERT_TRUE(database->execute("BEGIN"));
    for (int i = 0; i < records; ++i)
      ASSERT_TRUE(
          database->execute("INSERT INTO quarantined_record (batch_id, stream, reason, received, payload) "
                            "VALUES (1, 'customer', 'malformed_json', " +
                            std::to_string(clock.wall_ms()) + ", 'Ann')"));
    ASSERT_TRUE(database->execute("COMMIT"));
  }
  std::int64_t kept() {
    auto database = landing::open_landing_for_reading(files.path());
    return *database->integer("SELECT count(*) FROM quarantine WHERE payload <> ''");
  }
};

TEST_F(PayloadExpiryTest, PayloadsGoAfterTheirDaysAndNotBefore) {
  refuse(1);
  clock.advance_ms(30 * day_ms - 1);
  ASSERT_TRUE(PayloadExpiry(30, *writer, clock).run_if_due());
  EXPECT_EQ(kept(), 1);
  clock.advance_ms(1);
  ASSERT_TRUE(PayloadExpiry(30, *writer, clock).run_if_due());
  EXPECT_EQ(kept(), 0);
}

TEST_F(PayloadExpiryTest, IsDueOnceAnHourAndAtOnceWhileThereIsMore) {
  PayloadExpiry expiry(1, *writer, clock);
  refuse(PayloadExpiry::max_rows_at_once + 1);
  clock.advance_ms(2 * day_ms);
  ASSERT_TRUE(expiry.run_if_due());
  EXPECT_EQ(kept(), 1);
  ASSERT_TRUE(expiry.run_if_due());
  EXPECT_EQ(kept(), 0);
}

TEST_F(PayloadExpiryTest, ABacklogIsOneLineOfTheLog) {
  PayloadExpiry expiry(1, *writer, clock);
  refuse(2 * PayloadExpiry::max_rows_at_once + 1);
  clock.advance_ms(2 * day_ms);
  testing::internal::CaptureStdout();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(expiry.run_if_due());
  const std::string log = testing::internal::GetCapturedStdout();
  EXPECT_NE(log.find("2001 payloads have expired"), std::string::npos) << log;
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
}

TEST_F(PayloadExpiryTest, ZeroDaysKeepsThemForEver) {
  PayloadExpiry expiry(0, *writer, clock);
  refuse(1);
  clock.advance_ms(10'000 * day_ms);
  ASSERT_TRUE(expiry.run_if_due());
  EXPECT_EQ(kept(), 1);
}

TEST_F(PayloadExpiryTest, AFailureIsTold) {
  PayloadExpiry expiry(1, *writer, clock);
  refuse(1);
  auto database = landing::open_landing_for_writing(files.path(), clock);
  ASSERT_TRUE(database->execute(
      "CREATE TRIGGER refuse BEFORE UPDATE ON quarantined_record BEGIN SELECT RAISE(ABORT, 'no'); END"));
  clock.advance_ms(2 * day_ms);
  EXPECT_FALSE(expiry.run_if_due());
  EXPECT_TRUE(expiry.run_if_due()) << "not due";
  ASSERT_TRUE(database->execute("DROP TRIGGER refuse"));
  clock.advance_ms(PayloadExpiry::every_ms);
  EXPECT_TRUE(expiry.run_if_due());
  EXPECT_EQ(kept(), 0);
}

}  // namespace
}  // namespace stedi::gateway
