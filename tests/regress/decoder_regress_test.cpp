// What the fuzz targets (tests/fuzz) have found in the decoders.
#include <gtest/gtest.h>

#include <string>

#include "core/config/config_table.hpp"
#include "core/record/decode.hpp"
#include "core/record/encode.hpp"
#include "core/wire/envelope.hpp"

namespace stedi {
namespace {

wire::Payload decode(const std::string& text) {
  wire::PayloadDecoder decoder;
  // A large payload first: what a parser keeps of it must not be taken for the next one's.
  decoder.decode(Stream::accelerometer, "[" + std::string(20'000, ',') + "]");
  return decoder.decode(Stream::accelerometer, text);
}

// simdjson's view of a malformed nested value ended far outside of the payload: any client could stop the
// gateway with it.
TEST(DecoderRegress, AMalformedRecordIsNotReadBeyondThePayload) {
  const auto payload = decode(R"({"records":[{"u":"":1:0}],"seq":30,"boot":"7","v":1.0,"other":[1]})");
  ASSERT_TRUE(payload.name);
  EXPECT_EQ(payload.name->seq, 30);
  ASSERT_EQ(payload.refused.size(), 1U);
  EXPECT_EQ(payload.refused[0].payload, R"({"u":"":1:0})");
}

// A member that nobody reads was skipped by its brackets: an envelope that is no JSON was landed.
TEST(DecoderRegress, AnEnvelopeIsJsonInTheMembersThatNobodyReadsToo) {
  for (const std::string other : {"[1 2]", "{\"a\":}", "tru", "\"\\x\"", "01"}) {
    const auto payload = decode(R"({"v":1,"boot":"b","seq":1,"other":)" + other + R"(,"records":[]})");
    EXPECT_FALSE(payload.name) << other;
    ASSERT_TRUE(payload.refused_envelope) << other;
    EXPECT_EQ(payload.refused_envelope->reason, Reason::malformed_json) << other;
  }
}

// An unknown field's value was encoded with its line breaks: one record became several lines of NDJSON.
TEST(DecoderRegress, AnEncodedRecordIsOneLine) {
  RecordDecoder decoder;
  AccelerometerReading reading;
  std::string text = "{\"user\":\"a\",\"timestamp\":1,\"x\":1,\"y\":2,\"z\":3,\"n\":{\"a\":\r\n[1]}}";
  const std::size_t size = text.size();
  text.append(decode_padding_bytes, ' ');
  ASSERT_FALSE(decoder.decode(std::string_view(text).substr(0, size), reading));
  EXPECT_EQ(encode(reading).find_first_of("\r\n"), std::string::npos);
}

// Only a customer's date may be beyond a double.
TEST(DecoderRegress, AGapsTimeBeyondADoubleRefusesIt) {
  wire::PayloadDecoder decoder;
  const auto payload = decoder.decode(
      Stream::gap,
      R"({"v":1,"boot":"b","seq":1,"records":[{"boot":"b","stream":"accelerometer","firstSeq":1,"lastSeq":4,)"
      R"("records":200,"reason":"spool_full","firstTime":1e999}]})");
  EXPECT_TRUE(payload.gaps.empty());
  ASSERT_EQ(payload.refused.size(), 1U);
  EXPECT_EQ(payload.refused[0].reason, Reason::non_finite);
}

// A vertical tab after a number or a literal was trimmed off with the white space.
TEST(DecoderRegress, AVerticalTabIsNoWhiteSpaceWithinARecord) {
  for (const std::string value : {"1\v", "1\f ", "null\v"}) {
    const auto payload = decode(R"([{"user":"a","timestamp":1,"x":1,"y":2,"z":3,"n":)" + value + "}]");
    EXPECT_TRUE(payload.readings.of<AccelerometerReading>().empty()) << value;
    ASSERT_EQ(payload.refused.size(), 1U) << value;
    EXPECT_EQ(payload.refused[0].reason, Reason::malformed_json) << value;
  }
}

// A key of the file stood in the message as it was, line breaks and all.
TEST(DecoderRegress, AConfigurationErrorIsOneLineOfBoundedLength) {
  for (const std::string& text : {std::string("\"a\\nb\" = 1\n"), std::string(5'000, 'k') + " = 1\n"}) {
    auto table = ConfigTable::parse(text, "gateway.toml");
    ASSERT_TRUE(table);
    const auto finished = table->finish();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().message.find('\n'), std::string::npos);
    EXPECT_LT(finished.error().message.size(), 300U);
  }
}

}  // namespace
}  // namespace stedi
