// Laws of decoding: encode then decode gives the record back; whatever bytes come, our decoder and
// nlohmann-json agree on which of them are a record and what it says.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <fstream>
#include <random>

#include "core/record/decode.hpp"
#include "core/record/encode.hpp"
#include "core/record/limits.hpp"
#include "tests/oracle/read.hpp"
#include "tests/support/data_set.hpp"

namespace stedi {
namespace {

template <typename Record>
std::optional<Record> decode(std::string json) {
  static RecordDecoder decoder;
  Record record;
  const std::size_t length = json.size();
  json.append(decode_padding_bytes, ' ');
  if (decoder.decode(std::string_view(json).substr(0, length), record)) return std::nullopt;
  return record;
}

// ---- decode ∘ encode

rc::Gen<std::string> text() {
  return rc::gen::map(rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127)),
                      [](std::string s) { return "t" + s + "é\xF0\x9F\x98\x80"; });
}
rc::Gen<std::int64_t> integer() {
  return rc::gen::inRange(-limits::max_integer, limits::max_integer + 1);
}
rc::Gen<double> real() {
  return rc::gen::map(rc::gen::arbitrary<double>(),
                      [](double v) { return std::isfinite(v) && v != 0 ? v : 0.0; });
}

TEST(DecodeProperty, AnAccelerometerReadingComesBackAsItWas) {
  EXPECT_TRUE(rc::check([] {
    const AccelerometerReading reading{*text(), *integer(), *real(), *real(), *real(), ""};
    const auto back = decode<AccelerometerReading>(encode(reading));
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->user == reading.user);
    RC_ASSERT(back->timestamp_ms == reading.timestamp_ms);
    RC_ASSERT(back->x == reading.x && back->y == reading.y && back->z == reading.z);
  }));
}

TEST(DecodeProperty, AStepTrainerReadingComesBackAsItWas) {
  EXPECT_TRUE(rc::check([] {
    const StepTrainerReading reading{*integer(), *text(), *integer(), ""};
    const auto back = decode<StepTrainerReading>(encode(reading));
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->reading_time_ms == reading.reading_time_ms);
    RC_ASSERT(back->serial_number == reading.serial_number);
    RC_ASSERT(back->distance_from_object == reading.distance_from_object);
  }));
}

TEST(DecodeProperty, ACustomerComesBackAsItWas) {
  EXPECT_TRUE(rc::check([] {
    CustomerRecord record;
    record.email = *text();
    record.phone = *rc::gen::map(rc::gen::maybe(text()), [](const rc::Maybe<std::string>& m) {
      return m ? std::optional<std::string>(*m) : std::nullopt;
    });
    record.last_update_ms = *integer();
    record.research_from_ms = *integer();
    const auto back = decode<CustomerRecord>(encode(record));
    RC_ASSERT(back.has_value());
    RC_ASSERT(encode(*back) == encode(record));
    RC_ASSERT(canonical_bytes(*back) == canonical_bytes(record));
  }));
}

// ---- Against the oracle, which reads by nlohmann-json

void expect_same_accelerometer(const std::string& line) {
  const auto ours = decode<AccelerometerReading>(line);
  const auto theirs = oracle::read_movement(line, 0);
  ASSERT_EQ(ours.has_value(), theirs.has_value()) << line;
  if (!ours) return;
  EXPECT_EQ(ours->user, theirs->user) << line;
  EXPECT_EQ(ours->timestamp_ms, theirs->at_ms) << line;
  EXPECT_EQ(ours->x, theirs->x) << line;
  EXPECT_EQ(ours->y, theirs->y) << line;
  EXPECT_EQ(ours->z, theirs->z) << line;
}

void expect_same_step_trainer(const std::string& line) {
  const auto ours = decode<StepTrainerReading>(line);
  const auto theirs = oracle::read_step(line, 0);
  ASSERT_EQ(ours.has_value(), theirs.has_value()) << line;
  if (!ours) return;
  EXPECT_EQ(ours->serial_number, theirs->serial) << line;
  EXPECT_EQ(ours->reading_time_ms, theirs->at_ms) << line;
  EXPECT_EQ(ours->distance_from_object, theirs->distance) << line;
}

void expect_same_customer(const std::string& line) {
  const auto ours = decode<CustomerRecord>(line);
  const auto theirs = oracle::read_customer(line, 0);
  ASSERT_EQ(ours.has_value(), theirs.has_value()) << line;
  if (!ours) return;
  EXPECT_EQ(ours->email, theirs->email) << line;
  EXPECT_EQ(ours->customer_name, theirs->name) << line;
  EXPECT_EQ(ours->phone, theirs->phone) << line;
  EXPECT_EQ(ours->birth_day, theirs->birth_day) << line;
  EXPECT_EQ(ours->serial_number, theirs->serial) << line;
  EXPECT_EQ(ours->registration_ms, theirs->registration_ms) << line;
  EXPECT_EQ(ours->last_update_ms, theirs->updated_ms) << line;
  EXPECT_EQ(ours->last_update_invalid, theirs->updated_is_no_integer) << line;
  EXPECT_EQ(ours->research_from_ms, theirs->research_ms) << line;
  EXPECT_EQ(ours->research_is_number, theirs->research_is_number) << line;
  EXPECT_EQ(ours->public_from_ms, theirs->public_ms) << line;
  EXPECT_EQ(ours->friends_from_ms, theirs->friends_ms) << line;
}

// One to four small damages: what a torn file, a bad sensor or a hostile client might send.
std::string mutated(std::string line, std::mt19937& random) {
  static const std::vector<std::string> pieces = {
      "{",       "}",    "[",        "]",        ",",
      ":",       "\"",   "\\",       "null",     "1e999",
      "-0",      ".5",   "\"x\":1",  ",\"x\":1", "\\u0000",
      "\\ud800", "\xff", "\xC3\xA9", " ",        "\t",
      "0",       "e3",   "tru",      "true",     "{\"a\":1,\"a\":2}",
      "[[1]]"};
  const auto pick = [&](std::size_t size) {
    return std::uniform_int_distribution<std::size_t>(0, size)(random);
  };
  const std::size_t damages = 1 + pick(3);
  for (std::size_t i = 0; i < damages; ++i) {
    const std::size_t at = pick(line.size());
    switch (pick(3)) {
      case 0:
        line.insert(at, pieces[pick(pieces.size() - 1)]);
        break;
      case 1:
        line.erase(at, pick(4));
        break;
      case 2:
        line.replace(at, std::min(pick(6), line.size() - at), pieces[pick(pieces.size() - 1)]);
        break;
      default:
        line.insert(at, line.substr(pick(line.size()), pick(30)));
        break;
    }
  }
  return line;
}

constexpr int mutations = 20'000;

TEST(DecodeDifferential, MutatedAccelerometerLines) {
  std::mt19937 random(1);
  const std::string line =
      R"({"user":"Ann@test.com","timestamp":1655564444103,"x":1.0,"y":-1.0,"z":0.5,"note":{"a":[1,"b"]}})";
  for (int i = 0; i < mutations; ++i) expect_same_accelerometer(mutated(line, random));
}

TEST(DecodeDifferential, MutatedStepTrainerLines) {
  std::mt19937 random(2);
  const std::string line =
      R"({"sensorReadingTime":1655564444103,"serialNumber":"50f7b4f3-7af5","distanceFromObject":218})";
  for (int i = 0; i < mutations; ++i) expect_same_step_trainer(mutated(line, random));
}

TEST(DecodeDifferential, MutatedCustomerLines) {
  std::mt19937 random(3);
  const std::string line =
      R"({"customerName": "Ann B", "email": "Ann@test.com", "phone": "8015551212", "serialNumber": "s", )"
      R"("lastUpdateDate": 1655564376361, "shareWithResearchAsOfDate": 1655564376361})";
  for (int i = 0; i < mutations; ++i) expect_same_customer(mutated(line, random));
}

template <typename Check>
void for_each_line(const std::string& stream, Check check) {
  for (const auto& file : std::filesystem::directory_iterator(*test::stedi_data() / stream / "landing")) {
    std::ifstream lines(file.path());
    for (std::string line; std::getline(lines, line);) check(line);
  }
}

TEST(DecodeDifferential, EveryLineOfTheRealDataSet) {
  STEDI_REQUIRE_DATA();
  for_each_line("customer", expect_same_customer);
  for_each_line("accelerometer", expect_same_accelerometer);
  for_each_line("step_trainer", expect_same_step_trainer);
}

}  // namespace
}  // namespace stedi
