// The gateway as any MQTT client meets it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/integration/rig.hpp"
#include "tests/support/tables.hpp"

namespace stedi::test {
namespace {

using oracle::cell;

constexpr const char* accelerometer_topic = "stedi/v1/0123456789abcdef0123456789abcdef/accelerometer";
constexpr const char* step_trainer_topic = "stedi/v1/0123456789abcdef0123456789abcdef/step_trainer";
constexpr const char* customer_topic = "stedi/v1/0123456789abcdef0123456789abcdef/customer";
constexpr const char* ack_topic = "stedi/v1/0123456789abcdef0123456789abcdef/ack";
constexpr const char* movement =
    R"({"user":"Ann.Example@example.com","timestamp":1655564444103,"x":1.0,"y":-1.0,"z":0.5})";
constexpr const char* distance =
    R"({"sensorReadingTime":1655564444103,"serialNumber":"serial-1","distanceFromObject":218})";

std::string envelope(int seq) {
  return R"({"v":1,"boot":"boot-1","seq":)" + std::to_string(seq) + R"(,"records":[)" + movement + "]}";
}

class Protocol : public testing::Test {
 protected:
  void SetUp() override { rig_.start_gateway(); }

  bool comes_to(std::string_view table, std::int64_t rows) {
    return wait_until([&] { return count_rows(rig_.landing(), table) >= rows; });
  }

  Rig rig_;
};

TEST_F(Protocol, BareRecordsOfAnyClientLand) {
  rig_.publish(accelerometer_topic, movement);
  rig_.publish(step_trainer_topic, "[" + std::string(distance) + "]");
  rig_.publish(accelerometer_topic, std::string(movement) + "\n" + movement + "\n");
  EXPECT_TRUE(comes_to("accelerometer_landing", 3));
  EXPECT_TRUE(comes_to("step_trainer_landing", 1));
  const Rows rows = read_rows(rig_.landing(), "accelerometer_landing");
  const std::string row = cell("Ann.Example@example.com") + cell(std::int64_t{1655564444103}) + cell(1.0) +
                          cell(-1.0) + cell(0.5);
  EXPECT_EQ(rows, Rows(3, row));
}

TEST_F(Protocol, GarbageIsQuarantinedAndTheStreamGoesOn) {
  rig_.publish(accelerometer_topic, "this is no reading");
  rig_.publish(accelerometer_topic,
               R"({"user":"ann@example.com","timestamp":"yesterday","x":0,"y":0,"z":0})");
  rig_.publish(accelerometer_topic, std::string(movement) + "\n{\"user\":\n" + movement + "\n");
  rig_.publish(customer_topic, R"({"email":"ann@example.com"})");
  rig_.publish(accelerometer_topic, movement);
  EXPECT_TRUE(comes_to("quarantine", 4));
  EXPECT_TRUE(comes_to("accelerometer_landing", 3));
  EXPECT_EQ(count_rows(rig_.landing(), "quarantine"), 4);
  EXPECT_EQ(count_rows(rig_.landing(), "customer_landing"), 0);
  EXPECT_EQ(query_integer(rig_.landing(), "SELECT count(*) FROM quarantine WHERE reason = 'needs_envelope'"),
            1);
  EXPECT_TRUE(rig_.gateway().running());
}

TEST_F(Protocol, AnEnvelopeIsAcknowledgedAndItsDuplicateTooButLandsNothing) {
  Process acks = rig_.start_client("mosquitto_sub", {"-t", ack_topic, "-t", "stedi/v1/gateway/status"});
  ASSERT_TRUE(acks.prints("online"));  // subscribed
  const auto acks_seen = [&] {
    const std::string text = acks.standard_output();
    return std::count(text.begin(), text.end(), '\n') - 1;
  };
  rig_.publish(accelerometer_topic, envelope(1));
  ASSERT_TRUE(wait_until([&] { return acks_seen() == 1; })) << acks.standard_output();
  const Rows batch_log = read_rows(rig_.landing(), "batch");
  EXPECT_EQ(count_rows(rig_.landing(), "accelerometer_landing"), 1) << "acknowledged before it landed";

  rig_.publish(accelerometer_topic, envelope(1));
  ASSERT_TRUE(wait_until([&] { return acks_seen() == 2; })) << acks.standard_output();
  EXPECT_EQ(read_rows(rig_.landing(), "batch"), batch_log);
  EXPECT_EQ(count_rows(rig_.landing(), "accelerometer_landing"), 1);

  std::istringstream lines(acks.standard_output());
  std::string status;
  std::getline(lines, status);
  for (std::string line; std::getline(lines, line);) {
    const auto ack = nlohmann::json::parse(line);
    EXPECT_EQ(ack.at("v"), 1);
    EXPECT_EQ(ack.at("boot"), "boot-1");
    EXPECT_EQ(ack.at("acked"), nlohmann::json::parse(R"({"accelerometer":[[1,1]]})"));
  }
}

TEST_F(Protocol, TheSameNameWithAnotherPayloadIsQuarantined) {
  rig_.publish(accelerometer_topic, envelope(1));
  ASSERT_TRUE(comes_to("accelerometer_landing", 1));
  rig_.publish(accelerometer_topic, R"({"v":1,"boot":"boot-1","seq":1,"records":[]})");
  EXPECT_TRUE(comes_to("quarantine", 1));
  EXPECT_EQ(
      query_integer(rig_.landing(), "SELECT count(*) FROM quarantine WHERE reason = 'identity_conflict'"), 1);
  EXPECT_EQ(count_rows(rig_.landing(), "accelerometer_landing"), 1);
}

}  // namespace
}  // namespace stedi::test
