#include "core/mqtt/broker_url.hpp"

#include <gtest/gtest.h>

namespace stedi::mqtt {
namespace {

std::string address(std::string_view text) {
  const auto url = parse_broker_url(text);
  return url ? url->address() : "error";
}

TEST(BrokerUrl, SchemesAndDefaultPorts) {
  EXPECT_EQ(address("tcp://broker"), "tcp://broker:1883");
  EXPECT_EQ(address("mqtt://127.0.0.1:2000"), "tcp://127.0.0.1:2000");
  EXPECT_EQ(address("mqtts://broker/"), "ssl://broker:8883");
  EXPECT_EQ(address("ssl://[::1]"), "ssl://[::1]:8883");
  EXPECT_EQ(address("ssl://[::1]:99"), "ssl://[::1]:99");
}

TEST(BrokerUrl, CredentialsAreTakenOffAndDecoded) {
  const auto url = parse_broker_url("mqtt://me:p%40ss:word@host:1");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->username, "me");
  EXPECT_EQ(url->password, "p@ss:word");
  EXPECT_EQ(url->address(), "tcp://host:1");
}

TEST(BrokerUrl, AnythingElseIsAUsageErrorThatDoesNotRepeatIt) {
  for (const std::string_view text :
       {"", "host", "host:1883", "http://h", "mqtt://", "mqtt://:1883", "mqtt://h:0", "mqtt://h:65536",
        "mqtt://h:", "mqtt://h:12x", "mqtt://[::1", "mqtt://h/path", "mqtt://u:secret@h:x"}) {
    const auto url = parse_broker_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().fault, Fault::usage);
    EXPECT_EQ(url.error().message.find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace stedi::mqtt
