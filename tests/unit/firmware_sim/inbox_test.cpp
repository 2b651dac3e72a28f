// What the MQTT library's thread hands over when the player has not looked for a long time.
#include "firmware_sim/player/inbox.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/wire/topic.hpp"
#include "firmware_sim/player/fleet.hpp"

namespace stedi::firmware {
namespace {

constexpr std::chrono::milliseconds at_once{0};

class InboxTest : public ::testing::Test {
 protected:
  void acks(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) handlers_.on_message(wire::ack_topic("d1"), "{}");
  }
  static void say(const mqtt::Handlers& handlers, std::string_view status) {
    handlers.on_message(wire::gateway_status_topic, status);
  }
  static bool is_status(const InboxEvent& event) { return event.topic == wire::gateway_status_topic; }
  static std::size_t statuses_in(const std::vector<InboxEvent>& events) {
    return static_cast<std::size_t>(std::count_if(events.begin(), events.end(), is_status));
  }

  Inbox inbox_;
  mqtt::Handlers handlers_ = inbox_.handlers(7);
};

TEST_F(InboxTest, AtItsLimitItDropsAcksAndCountsThem) {
  acks(max_inbox_messages);
  EXPECT_EQ(inbox_.dropped(), 0U);
  acks(1);
  EXPECT_EQ(inbox_.dropped(), 1U);
  EXPECT_EQ(inbox_.take(at_once).size(), max_inbox_messages);
  acks(1);
  EXPECT_EQ(inbox_.take(at_once).size(), 1U) << "taken, it has room again";
  EXPECT_EQ(inbox_.dropped(), 1U);
}

// A device stood still for ever: nobody says a second time that the gateway is online.
TEST_F(InboxTest, AtItsLimitTheGatewaysStatusAndChangesOfTheConnectionStillCome) {
  acks(max_inbox_messages);
  handlers_.on_lost("why");
  handlers_.on_ready();
  say(handlers_, wire::status_online);
  const auto events = inbox_.take(at_once);
  ASSERT_EQ(events.size(), max_inbox_messages + 3);
  EXPECT_EQ(events[max_inbox_messages].kind, InboxEvent::Kind::lost);
  EXPECT_EQ(events[max_inbox_messages + 1].kind, InboxEvent::Kind::ready);
  EXPECT_TRUE(is_status(events.back()));
  EXPECT_EQ(events.back().payload, wire::status_online);
  EXPECT_EQ(events.back().connection, 7U);
  EXPECT_EQ(inbox_.dropped(), 0U);
}

// A gateway that starts anew says offline and online to each of them, at once.
TEST_F(InboxTest, EveryConnectionOfTheLargestFleetHearsTheLatestStatus) {
  for (const std::string_view status : {wire::status_offline, wire::status_online})
    for (std::size_t connection = 0; connection < max_connections; ++connection)
      say(inbox_.handlers(connection), status);
  const auto events = inbox_.take(at_once);
  ASSERT_EQ(events.size(), max_connections) << "one each, however often it changed";
  for (const InboxEvent& event : events) ASSERT_EQ(event.payload, wire::status_online);
  EXPECT_EQ(inbox_.dropped(), 0U);
  EXPECT_TRUE(inbox_.take(at_once).empty());
}

TEST_F(InboxTest, AStatusOfALostConnectionIsNotTakenForOneOfTheNext) {
  say(handlers_, wire::status_online);
  handlers_.on_lost("why");
  EXPECT_EQ(statuses_in(inbox_.take(at_once)), 0U);
  say(handlers_, wire::status_offline);
  handlers_.on_ready();
  EXPECT_EQ(statuses_in(inbox_.take(at_once)), 1U) << "it may come before the connection is ready";
}

}  // namespace
}  // namespace stedi::firmware
