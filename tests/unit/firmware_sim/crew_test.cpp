// The connections of a fleet, on a clock that the test moves.
#include "firmware_sim/player/crew.hpp"

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

class CrewTest : public ::testing::Test {
 protected:
  // A crew of `devices` devices; nothing is begun yet.
  std::unique_ptr<Crew> hire(const CrewOptions& options, std::size_t devices) {
    for (std::size_t device = device_ids_.size(); device < devices; ++device)
      device_ids_.push_back("d" + std::to_string(device));
    auto crew = std::make_unique<Crew>(options, SessionLimits(), clock_, *spool_);
    const auto hired = crew->hire({}, device_ids_, 1, [this](const mqtt::Options&, const mqtt::Handlers&) {
      return Result<std::unique_ptr<mqtt::Client>>(std::make_unique<CountingTransport>(begun_));
    });
    EXPECT_TRUE(hired) << hired.error().message;
    return crew;
  }

  ManualClock clock_{1'700'000'000'000};
  stedi::test::TempDir folder_;
  std::unique_ptr<Spool> spool_ = std::move(*Spool::open(folder_.path(), {"data set", ""}, clock_));
  std::vector<std::string> device_ids_;
  std::size_t begun_ = 0;
};

TEST_F(CrewTest, ConnectionsBeginAtTheRateOfTheRampUp) {
  const auto crew = hire({0, 20}, 3);  // one each 50 ms
  ASSERT_TRUE(crew->start());
  EXPECT_EQ(begun_, 1U);
  EXPECT_EQ(crew->next_tick_ms(), clock_.monotonic_ms() + 50);
  clock_.advance_ms(49);
  ASSERT_TRUE(crew->tick());
  EXPECT_EQ(begun_, 1U);
  clock_.advance_ms(1);
  ASSERT_TRUE(crew->tick());
  EXPECT_EQ(begun_, 2U);
  clock_.advance_ms(1'000);
  ASSERT_TRUE(crew->tick());
  EXPECT_EQ(begun_, 3U);
  EXPECT_EQ(crew->next_tick_ms(), std::nullopt);
}

TEST_F(CrewTest, AtTheLargestRampUpAThousandBeginEachMillisecond) {
  const auto crew = hire({0, max_ramp_up}, 2'001);
  ASSERT_TRUE(crew->start());
  EXPECT_EQ(begun_, 1'000U);
  clock_.advance_ms(1);
  ASSERT_TRUE(crew->tick());
  EXPECT_EQ(begun_, 2'000U);
  clock_.advance_ms(1);
  ASSERT_TRUE(crew->tick());
  EXPECT_EQ(begun_, 2'001U);
}

TEST_F(CrewTest, TheLargestFleetHasAConnectionEach) {
  const auto crew = hire({max_connections, max_ramp_up}, max_connections);
  EXPECT_EQ(crew->connections(), max_connections);
  ASSERT_TRUE(crew->start());
  clock_.advance_ms(1'000);
  ASSERT_TRUE(crew->tick());
  EXPECT_EQ(begun_, max_connections);
  EXPECT_EQ(crew->next_tick_ms(), std::nullopt);
}

}  // namespace
}  // namespace stedi::firmware
