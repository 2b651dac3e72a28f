#include <gtest/gtest.h>

#include "core/record/limits.hpp"
#include "core/wire/ack.hpp"
#include "core/wire/topic.hpp"

namespace stedi::wire {
namespace {

TEST(Topic, UpTopicComesApartAsItWasMade) {
  for (const Stream stream : all_streams) {
    const std::string topic = up_topic("0123abcd", stream);
    const auto parsed = parse_up_topic(topic);
    ASSERT_TRUE(parsed) << topic;
    EXPECT_EQ(parsed->device, "0123abcd");
    EXPECT_EQ(parsed->stream, stream);
  }
}

TEST(Topic, OtherTopicsAreNotOurs) {
  for (const char* topic :
       {"", "stedi/v1/d/ack", "stedi/v1/d/status", "stedi/v1//accelerometer", "stedi/v2/d/accelerometer",
        "stedi/v1/d/accelerometer/x", "other/v1/d/accelerometer", "stedi/v1/accelerometer"}) {
    EXPECT_FALSE(parse_up_topic(topic)) << topic;
  }
}

TEST(Topic, DeviceIdsUpToTheLimit) {
  const std::string longest(limits::max_device_id_bytes, 'd');
  EXPECT_TRUE(parse_up_topic(up_topic(longest, Stream::gap)));
  EXPECT_FALSE(parse_up_topic(up_topic(longest + "d", Stream::gap)));
}

TEST(Topic, AckTopicNamesItsDevice) {
  EXPECT_EQ(parse_ack_topic(ack_topic("d1")), "d1");
  EXPECT_EQ(parse_ack_topic("stedi/v1/d1/status"), std::nullopt);
}

TEST(AckMessage, ConformsToTheProtocolsExample) {
  Ack ack;
  ack.boot = "b7";
  ack.acked[Stream::accelerometer] = {{1, 3}, {5, 5}};
  ack.refused.push_back({Stream::customer, 9, "bad_envelope"});
  EXPECT_EQ(
      encode_ack(ack),
      R"({"v":1,"boot":"b7","acked":{"accelerometer":[[1,3],[5,5]]},"refused":[{"stream":"customer","seq":9,"reason":"bad_envelope"}]})");
}

TEST(AckMessage, DecodesWhatItEncodes) {
  Ack ack;
  ack.boot = "b";
  ack.acked[Stream::customer] = {{2, 2}};
  ack.acked[Stream::step_trainer] = {{1, 9}};
  ack.refused = {{Stream::gap, 4, "unsupported_version"}, {std::nullopt, std::nullopt, "bad_envelope"}};
  const auto decoded = decode_ack(encode_ack(ack));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->boot, ack.boot);
  EXPECT_EQ(decoded->acked, ack.acked);
  EXPECT_EQ(decoded->refused, ack.refused);
}

// A device that misreads an acknowledgement deletes what is not on disk.
TEST(AckMessage, AnythingOddIsRefusedWhole) {
  for (const char* text :
       {"", "x", "[]", R"({"v":2,"boot":"b","acked":{}})", R"({"boot":"b","acked":{}})",
        R"({"v":1,"boot":5,"acked":{}})", R"({"v":1,"boot":"b","acked":[]})",
        R"({"v":1,"boot":"b","acked":{"customer":[[3,1]]}})",
        R"({"v":1,"boot":"b","acked":{"customer":[[1]]}})",
        R"({"v":1,"boot":"b","acked":{"customer":[[0,1]]}})",
        R"({"v":1,"boot":"b","acked":{"customer":[[1,"2"]]}})",
        R"({"v":1,"boot":"b","acked":{"customer":[[1,1e300]]}})", R"({"v":1,"boot":"b","refused":{}})"}) {
    EXPECT_FALSE(decode_ack(text)) << text;
  }
}

TEST(AckMessage, StreamsOfALaterVersionAreSkipped) {
  const auto ack =
      decode_ack(R"({"v":1,"boot":"b","acked":{"magnetometer":[[1,2]],"gap":[[1,1]]},"refused":[]})");
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->acked.size(), 1U);
}

}  // namespace
}  // namespace stedi::wire
