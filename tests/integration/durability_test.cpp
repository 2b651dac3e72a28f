// Everything may die at any instant; what was accepted lands, once.
#include <gtest/gtest.h>

#include "tests/integration/oracle.hpp"
#include "tests/integration/rig.hpp"
#include "tests/integration/rows.hpp"
#include "tests/support/data_set.hpp"

namespace stedi::test {
namespace {

// Small batches, so that there is a middle to interrupt.
constexpr std::size_t batch_records = 10;

class Durability : public testing::Test {
 protected:
  void SetUp() override {
    STEDI_REQUIRE_DATA();
    oracle_.emplace(played_data());
    rig_.start_gateway();
  }

  Process start_replay() {
    return rig_.start_device(
        {"replay", played_data().string(), "--batch-records", std::to_string(batch_records)});
  }

  // A tenth of the readings is on disk, most are still to come.
  void wait_for_mid_replay(Process& device) {
    const auto a_tenth = static_cast<std::int64_t>(oracle_->readings() / batch_records / 10);
    ASSERT_TRUE(wait_until([&] { return rig_.landed_batches() >= a_tenth; }, play_deadline));
    ASSERT_TRUE(device.running()) << "the replay was over before it could be disturbed";
  }

  void expect_everything_once(Process& device) {
    ASSERT_EQ(device.exit_status(play_deadline), 0);
    EXPECT_TRUE(same_tables(oracle_->landing(), read_tables(rig_.landing(), landing_views)));
    EXPECT_EQ(count_rows(rig_.landing(), "quarantine"), 0);
  }

  std::optional<Oracle> oracle_;
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

TEST_F(Durability, BrokerKilledLosesAndDoublesNothing) {
  Process device = start_replay();
  ASSERT_NO_FATAL_FAILURE(wait_for_mid_replay(device));
  rig_.broker().kill_now();
  rig_.broker().start();
  expect_everything_once(device);
}

}  // namespace
}  // namespace stedi::test
