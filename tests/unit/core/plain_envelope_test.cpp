// The short way of decoding an envelope says what the long one says, or leaves it to it.
#include "core/wire/plain_envelope.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/record/encode.hpp"
#include "core/record/limits.hpp"

namespace stedi::wire {
namespace {

using Texts = std::vector<std::string>;

std::string motion(const std::string& user, std::int64_t at = 1'655'564'444'103) {
  return encode(
      AccelerometerReading{.user = user, .timestamp_ms = at, .x = 1, .y = -0.5, .z = 0, .extra = ""});
}

std::string distance(const std::string& serial) {
  return encode(StepTrainerReading{.reading_time_ms = 1'655'564'444'103,
                                   .serial_number = serial,
                                   .distance_from_object = -218,
                                   .extra = ""});
}

std::string sealed(const Texts& records) {
  return seal_envelope({"b7", 3}, records);
}

bool is_plain(const std::string& text, Stream stream = Stream::accelerometer) {
  Payload payload;
  return decode_plain_envelope(stream, text, payload);
}

template <typename Reading>
Texts texts_of(const ReadingBlock<Reading>& block) {
  Texts texts;
  for (std::size_t i = 0; i < block.size(); ++i) texts.push_back(encode(block.whole(i)));
  return texts;
}

// White space is no difference, and not plain.
Payload decode_the_long_way(std::string text, Stream stream) {
  text.insert(1, " ");
  PayloadDecoder decoder;
  return decoder.decode(stream, text);
}

TEST(PlainEnvelope, SaysWhatTheLongWaySays) {
  const Texts motions = {motion("a@example.com"), motion("a@example.com", 2), motion("b"),
                         motion("a@example.comm"), motion("a@example.com")};
  Payload payload;
  ASSERT_TRUE(decode_plain_envelope(Stream::accelerometer, sealed(motions), payload));
  const Payload full = decode_the_long_way(sealed(motions), Stream::accelerometer);
  ASSERT_TRUE(payload.name && full.name);
  EXPECT_EQ(payload.name->boot, full.name->boot);
  EXPECT_EQ(payload.name->seq, full.name->seq);
  EXPECT_EQ(texts_of(payload.readings.of<AccelerometerReading>()), motions);
  EXPECT_EQ(texts_of(full.readings.of<AccelerometerReading>()), motions);
  EXPECT_EQ(payload.received_records(), full.received_records());

  const Texts distances = {distance("s1"), distance("s2"), distance("s2")};
  Payload steps;
  ASSERT_TRUE(decode_plain_envelope(Stream::step_trainer, sealed(distances), steps));
  EXPECT_EQ(texts_of(steps.readings.of<StepTrainerReading>()), distances);
  EXPECT_EQ(
      texts_of(
          decode_the_long_way(sealed(distances), Stream::step_trainer).readings.of<StepTrainerReading>()),
      distances);
}

TEST(PlainEnvelope, LeavesTheRestToTheLongWay) {
  const std::string good = motion("a");
  const std::string whole = sealed({good});
  ASSERT_TRUE(is_plain(whole));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(is_plain(whole.substr(0, size))) << size;
  EXPECT_FALSE(is_plain(whole + "}"));
  EXPECT_FALSE(is_plain(whole, Stream::step_trainer)) << "a reading of the other stream";
  EXPECT_FALSE(is_plain(whole, Stream::customer));
  EXPECT_FALSE(is_plain(sealed({})));
  EXPECT_FALSE(is_plain(sealed({good, ""})));
  EXPECT_FALSE(is_plain(sealed({good, "", good})));
  EXPECT_FALSE(is_plain(sealed({good + good})));
  EXPECT_FALSE(is_plain(sealed({good + " "})));
  EXPECT_FALSE(is_plain(sealed({good, "null"})));
  for (const std::string& head : Texts{
           R"({"v":2,"boot":"b","seq":1)", R"({"v":1.0,"boot":"b","seq":1)", R"({"boot":"b","v":1,"seq":1)",
           R"({"v":1,"boot":"","seq":1)", R"({"v":1,"boot":"\u0062","seq":1)", R"({"v":1,"boot":"b","seq":0)",
           R"({"v":1,"boot":"b","seq":-1)", R"({"v":1,"boot":"b","seq":1e0)", R"({"v":1,"boot":"b","seq":01)",
           R"({"v":1,"boot":"b","seq":1,"note":0)", R"({"v":1,"boot":"b","boot":"b","seq":1)"}) {
    EXPECT_FALSE(is_plain(head + R"(,"records":[)" + good + "]}")) << head;
  }
}

TEST(PlainEnvelope, ABootIsPlainUpToItsLimit) {
  const std::string longest(limits::max_boot_id_bytes, 'b');
  EXPECT_TRUE(is_plain(seal_envelope({longest, 1}, Texts{motion("a")})));
  EXPECT_FALSE(is_plain(seal_envelope({longest + "b", 1}, Texts{motion("a")})));
}

TEST(PlainEnvelope, RecordsUpToTheLimit) {
  Texts records(limits::max_batch_records, motion("a"));
  Payload payload;
  ASSERT_TRUE(decode_plain_envelope(Stream::accelerometer, sealed(records), payload));
  EXPECT_EQ(payload.readings.of<AccelerometerReading>().size(), limits::max_batch_records);
  EXPECT_EQ(payload.readings.of<AccelerometerReading>().owners, Texts{"a"})
      << "an owner in a row stands once";
  records.push_back(motion("a"));
  EXPECT_FALSE(is_plain(sealed(records)));
  PayloadDecoder decoder;
  EXPECT_EQ(decoder.decode(Stream::accelerometer, sealed(records)).refused.at(0).reason,
            Reason::too_many_records);
}

TEST(PlainEnvelope, BytesUpToTheLimit) {
  Texts records(500, motion(std::string(400, 'a')));
  const std::size_t most = limits::max_message_bytes;
  while (sealed(records).size() + 1'000 < most) records.push_back(records.back());
  records.push_back(motion("a"));
  records.back() = motion(std::string(1 + most - sealed(records).size(), 'a'));
  ASSERT_EQ(sealed(records).size(), most);
  EXPECT_TRUE(is_plain(sealed(records)));
  records.back() = motion(std::string(400, 'a'));
  records.front() = motion(std::string(1'000, 'a'));
  ASSERT_GT(sealed(records).size(), most);
  PayloadDecoder decoder;
  const Payload payload = decoder.decode(Stream::accelerometer, sealed(records));
  EXPECT_TRUE(payload.refused_envelope);
  EXPECT_EQ(payload.refused.at(0).reason, Reason::message_too_long);
  EXPECT_TRUE(payload.readings.of<AccelerometerReading>().empty());
}

}  // namespace
}  // namespace stedi::wire
