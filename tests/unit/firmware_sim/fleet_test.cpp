// The connections of a fleet, on a clock that the test moves.
#include "firmware_sim/player/fleet.hpp"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"
#include "tests/unit/firmware_sim/memory_transport.hpp"

namespace stedi::firmware {
namespace {

// Counts the connections that were begun.
class CountingTransport final : public test::MemoryTransport {
 public:
  explicit CountingTransport(std::size_t& begun) : begun_(begun) {}
  Result<void> start() override {
    ++begun_;
    return {};
  }

 private:
  std::size_t& begun_;
};

class FleetTest : public ::testing::Test {
 protected:
  // A fleet of `devices` devices; nothing is begun yet.
  std::unique_ptr<Fleet> fleet_of(const FleetOptions& options, std::size_t devices) {
    for (std::size_t device = device_ids_.size(); device < devices; ++device)
      device_ids_.push_back("d" + std::to_string(device));
    auto fleet = std::make_unique<Fleet>(options, SessionLimits(), clock_, *spool_);
    const auto made =
        fleet->make_connections({}, device_ids_, 1, [this](const mqtt::Options&, const mqtt::Handlers&) {
          return Result<std::unique_ptr<mqtt::Client>>(std::make_unique<CountingTransport>(begun_));
        });
    EXPECT_TRUE(made) << made.error().message;
    return fleet;
  }

  ManualClock clock_{1'700'000'000'000};
  stedi::test::TempDir folder_;
  std::unique_ptr<Spool> spool_ = std::move(*Spool::open(folder_.path(), {"data set", ""}, clock_));
  std::vector<std::string> device_ids_;
  std::size_t begun_ = 0;
};

TEST_F(FleetTest, ConnectionsBeginAtTheRateOfTheRampUp) {
  const auto fleet = fleet_of({0, 20}, 3);  // one each 50 ms
  ASSERT_TRUE(fleet->start());
  EXPECT_EQ(begun_, 1U);
  EXPECT_EQ(fleet->next_tick_ms(), clock_.monotonic_ms() + 50);
  clock_.advance_ms(49);
  ASSERT_TRUE(fleet->tick());
  EXPECT_EQ(begun_, 1U);
  clock_.advance_ms(1);
  ASSERT_TRUE(fleet->tick());
  EXPECT_EQ(begun_, 2U);
  clock_.advance_ms(1'000);
  ASSERT_TRUE(fleet->tick());
  EXPECT_EQ(begun_, 3U);
  EXPECT_EQ(fleet->next_tick_ms(), std::nullopt);
}

TEST_F(FleetTest, AtTheLargestRampUpAThousandBeginEachMillisecond) {
  const auto fleet = fleet_of({0, max_ramp_up}, 2'001);
  ASSERT_TRUE(fleet->start());
  EXPECT_EQ(begun_, 1'000U);
  clock_.advance_ms(1);
  ASSERT_TRUE(fleet->tick());
  EXPECT_EQ(begun_, 2'000U);
  clock_.advance_ms(1);
  ASSERT_TRUE(fleet->tick());
  EXPECT_EQ(begun_, 2'001U);
}

TEST_F(FleetTest, TheLargestFleetHasAConnectionEach) {
  const auto fleet = fleet_of({max_connections, max_ramp_up}, max_connections);
  EXPECT_EQ(fleet->connections(), max_connections);
  ASSERT_TRUE(fleet->start());
  clock_.advance_ms(1'000);
  ASSERT_TRUE(fleet->tick());
  EXPECT_EQ(begun_, max_connections);
  EXPECT_EQ(fleet->next_tick_ms(), std::nullopt);
}

}  // namespace
}  // namespace stedi::firmware
