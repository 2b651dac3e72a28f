// The short way of decoding a reading says what the long one says, or leaves it to it.
#include "core/record/plain_reading.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "core/record/decode.hpp"
#include "core/record/encode.hpp"

namespace stedi {
namespace {

template <typename Reading>
std::optional<Reading> decode_fully(std::string text) {
  RecordDecoder decoder;
  Reading reading;
  const std::size_t size = text.size();
  text.append(decode_padding_bytes, ' ');
  if (decoder.decode(std::string_view(text).substr(0, size), reading)) return std::nullopt;
  return reading;
}

std::string with_x(const std::string& number) {
  return R"({"user":"ann@example.com","timestamp":1655564444103,"x":)" + number + R"(,"y":-1.0,"z":0.5})";
}

TEST(PlainReading, SaysWhatTheRecordDecoderSays) {
  for (const std::string number :
       {"0", "-0", "0.0", "-0.0", "1", "-1", "1.5", "0.1", "-0.30000000000004", "123456789012345",
        "0.00000000000001", "99999.9999999999", "1.0000000000000"}) {
    AccelerometerReading plain;
    ASSERT_TRUE(decode_plain(with_x(number), plain)) << number;
    const auto full = decode_fully<AccelerometerReading>(with_x(number));
    ASSERT_TRUE(full) << number;
    EXPECT_EQ(plain.x, full->x) << number;
    EXPECT_EQ(std::signbit(plain.x), std::signbit(full->x)) << number;
    EXPECT_EQ(encode(plain), encode(*full)) << number;
  }
}

TEST(PlainReading, TakesWhatDevicesEncode) {
  AccelerometerReading accelerometer;
  EXPECT_TRUE(decode_plain(encode(AccelerometerReading{"a@example.com", 1655564444103, 1, -0.5, 0.25, ""}),
                           accelerometer));
  EXPECT_EQ(accelerometer.user, "a@example.com");
  EXPECT_EQ(accelerometer.timestamp_ms, 1655564444103);
  StepTrainerReading step_trainer;
  EXPECT_TRUE(decode_plain(encode(StepTrainerReading{1655564444103, "50f7b4f3", -218, ""}), step_trainer));
  EXPECT_EQ(step_trainer.serial_number, "50f7b4f3");
  EXPECT_EQ(step_trainer.distance_from_object, -218);
}

TEST(PlainReading, LeavesTheRestToTheRecordDecoder) {
  AccelerometerReading out;
  for (const std::string number :
       {"", "-", "+1", "01", "00", "-01", ".5", "1.", "1e3", "1.5E3", "1234567890123456",
        "0.1234567890123456", "nul", "\"1\"", "1 ", " 1", "1,"}) {
    EXPECT_FALSE(decode_plain(with_x(number), out)) << number;
  }
  const std::string good = with_x("1");
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(decode_plain(good.substr(0, size), out));
  EXPECT_FALSE(decode_plain(good + " ", out));
  EXPECT_FALSE(decode_plain(good + "}", out));
  for (const std::string& user :
       std::vector<std::string>{"", " ", "a b", "\\u0061", "\xC3\xA9", "\t", std::string(1025, 'a')}) {
    EXPECT_FALSE(decode_plain(R"({"user":")" + user + R"(","timestamp":1,"x":1,"y":1,"z":1})", out)) << user;
  }
}

TEST(PlainReading, HoldsAStringAtItsLimit) {
  AccelerometerReading out;
  const std::string user(1024, 'a');
  EXPECT_TRUE(decode_plain(R"({"user":")" + user + R"(","timestamp":1,"x":1,"y":1,"z":1})", out));
}

}  // namespace
}  // namespace stedi
