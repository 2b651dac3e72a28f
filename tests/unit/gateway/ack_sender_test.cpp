// How long a broker may hold up the landing, with a broker and a clock that the test moves.
#include "gateway/ack_sender.hpp"

#include <gtest/gtest.h>

#include "core/mqtt/client.hpp"

namespace stedi::gateway {
namespace {

using std::chrono::milliseconds;

// Confirms nothing by itself.
class OwingBroker final : public mqtt::Client {
 public:
  Result<void> start() override { return {}; }
  Result<void> publish(std::string_view, std::string_view, bool) override {
    if (!connected) return fail("not connected");
    ++taken;
    ++owed;
    return {};
  }
  std::size_t unconfirmed() const override { return owed; }
  bool ready() const override { return connected; }
  void close(milliseconds) override {}

  bool connected = true;
  std::size_t owed = 0;
  std::size_t taken = 0;
};

class AckSenderTest : public testing::Test {
 protected:
  static constexpr std::size_t max_unconfirmed = 8;
  // Sends until one is dropped; how many went.
  std::size_t send_while_taken() {
    std::size_t sent = 0;
    while (sender_.send("ack", "")) ++sent;
    return sent;
  }

  OwingBroker broker_;
  ManualClock clock_{1'655'000'000'000};
  std::int64_t waited_ms_ = 0;
  std::int64_t confirms_every_ms_ = 0;  // 0: never
  AckSender sender_{broker_, max_unconfirmed, clock_, [this](milliseconds pause) {
                      clock_.advance_ms(pause.count());
                      waited_ms_ += pause.count();
                      if (confirms_every_ms_ > 0 && waited_ms_ % confirms_every_ms_ == 0) --broker_.owed;
                    }};
};

TEST_F(AckSenderTest, SendsWithoutWaitingUpToTheLimitOfUnconfirmedAcks) {
  for (std::size_t i = 0; i < max_unconfirmed; ++i) EXPECT_TRUE(sender_.send("ack", ""));
  EXPECT_EQ(waited_ms_, 0);
  EXPECT_FALSE(sender_.send("ack", ""));
  EXPECT_EQ(broker_.taken, max_unconfirmed);
  EXPECT_EQ(sender_.dropped(), 1U);
}

TEST_F(AckSenderTest, ABrokerThatStandsStillIsWaitedForOnceHoweverManyAcksThereAre) {
  send_while_taken();
  for (int i = 0; i < 10'000; ++i) EXPECT_FALSE(sender_.send("ack", ""));
  EXPECT_EQ(waited_ms_, ack_patience.count());
  EXPECT_EQ(sender_.dropped(), 10'001U);
}

TEST_F(AckSenderTest, ABrokerThatLagsIsWaitedForAndNothingIsDropped) {
  confirms_every_ms_ = 10;
  for (int i = 0; i < 40; ++i) EXPECT_TRUE(sender_.send("ack", "")) << i;
  EXPECT_EQ(sender_.dropped(), 0U);
}

TEST_F(AckSenderTest, PatienceComesBackOnceHalfOfWhatIsOwedIsConfirmed) {
  send_while_taken();
  broker_.owed = max_unconfirmed / 2 + 1;  // it moves, but not enough
  send_while_taken();
  EXPECT_EQ(waited_ms_, ack_patience.count());
  broker_.owed = max_unconfirmed / 2;
  send_while_taken();
  EXPECT_EQ(waited_ms_, 2 * ack_patience.count());
}

TEST_F(AckSenderTest, ABrokerThatIsAwayIsNotWaitedFor) {
  broker_.connected = false;
  EXPECT_FALSE(sender_.send("ack", ""));
  EXPECT_EQ(waited_ms_, 0);
  EXPECT_EQ(sender_.dropped(), 1U);
  broker_.connected = true;
  EXPECT_TRUE(sender_.send("ack", ""));
}

}  // namespace
}  // namespace stedi::gateway
