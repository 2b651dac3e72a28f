// Everything may die at any instant; what was accepted lands, once.
#include <gtest/gtest.h>

#include "tests/integration/rig.hpp"
#include "tests/support/data_set.hpp"
#include "tests/support/tables.hpp"

namespace stedi::test {
namespace {

// Small batches, so that there is a middle to interrupt.
constexpr std::size_t batch_records = 10;

class Durability : public testing::Test {
 protected:
  void SetUp() override {
    STEDI_REQUIRE_DATA();
    played_records();  // the first call reads the data set, under a sanitizer longer than a replay takes
    rig_.start_gateway();
  }

  Process start_replay() {
    return rig_.start_device(
        {"replay", played_data().string(), "--batch-records", std::to_string(batch_records)});
  }

  // A tenth of the readings is on disk, most are still to come.
  void wait_for_mid_replay(Process& device) {
    const auto a_tenth = static_cast<std::int64_t>(played_records().records() / batch_records / 10);
    ASSERT_TRUE(wait_until([&] { return rig_.landed_batches() >= a_tenth; }, play_deadline));
    ASSERT_TRUE(device.running()) << "the replay was over before it could be disturbed";
  }

  // Accepted by the spool, 0 until it is there.
  std::size_t sealed_records() const {
    const std::filesystem::path spool = rig_.file("spool") / "spool.db";
    const auto has_progress = "SELECT count(*) FROM sqlite_schema WHERE name = 'progress'";
    if (!std::filesystem::exists(spool) || query_integer(spool, has_progress) == 0) {
      return 0;
    }
    return static_cast<std::size_t>(query_integer(spool, "SELECT COALESCE(SUM(records), 0) FROM progress"));
  }

  void expect_everything_once(Process& device) {
    ASSERT_EQ(device.exit_status(play_deadline), 0);
    EXPECT_EQ(
        oracle::difference(oracle::landing(played_records()), read_tables(rig_.landing(), landing_views)),
        "");
    EXPECT_EQ(count_rows(rig_.landing(), "quarantine"), 0);
  }

  Rig rig_;
};

TEST_F(Durability, GatewayToldToStopExitsWith0AndNothingIsLostOrDoubled) {
  Process device = start_replay();
  ASSERT_NO_FATAL_FAILURE(wait_for_mid_replay(device));
  rig_.gateway().send_signal(SIGTERM);
  ASSERT_EQ(rig_.gateway().exit_status(), 0);
  rig_.start_gateway();
  expect_everything_once(device);
}

TEST_F(Durability, GatewayKilledLosesAndDoublesNothing) {
  Process device = start_replay();
  ASSERT_NO_FATAL_FAILURE(wait_for_mid_replay(device));
  rig_.gateway().kill_now();
  rig_.start_gateway();
  expect_everything_once(device);
}

TEST_F(Durability, DeviceKilledGoesOnFromItsSpool) {
  Process device = start_replay();
  ASSERT_NO_FATAL_FAILURE(wait_for_mid_replay(device));
  device.kill_now();
  Process restarted = start_replay();
  expect_everything_once(restarted);
}

// A spool brought back from a copy sends again, under the same names, what has landed long ago.
TEST_F(Durability, AnOldCopyOfTheSpoolLandsNothingTwice) {
  rig_.gateway().send_signal(SIGTERM);
  ASSERT_EQ(rig_.gateway().exit_status(), 0);
  Process device = start_replay();
  ASSERT_TRUE(wait_until([&] { return sealed_records() == played_records().records(); }, play_deadline));
  device.kill_now();
  std::filesystem::copy(rig_.file("spool"), rig_.file("copy"));

  rig_.start_gateway();
  Process first = start_replay();
  expect_everything_once(first);
  const Rows batch_log = read_rows(rig_.landing(), "batch");
  std::filesystem::remove_all(rig_.file("spool"));
  std::filesystem::rename(rig_.file("copy"), rig_.file("spool"));
  Process second = start_replay();
  expect_everything_once(second);
  EXPECT_EQ(batch_log, read_rows(rig_.landing(), "batch"));
}

TEST_F(Durability, BrokerKilledLosesAndDoublesNothing) {
  Process device = start_replay();
  ASSERT_NO_FATAL_FAILURE(wait_for_mid_replay(device));
  rig_.broker().kill_now();
  rig_.broker().start();
  expect_everything_once(device);
}

}  // namespace
}  // namespace stedi::test
