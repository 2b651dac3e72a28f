#include "core/record/decode.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/record/encode.hpp"
#include "core/record/limits.hpp"

namespace stedi {
namespace {

template <typename Record>
std::optional<Reason> decode(std::string json, Record& out) {
  RecordDecoder decoder;
  const std::size_t length = json.size();
  json.append(decode_padding_bytes, '#');  // whatever follows must not matter
  return decoder.decode(std::string_view(json).substr(0, length), out);
}

template <typename Record>
std::optional<Reason> why(const std::string& json) {
  Record record;
  return decode(json, record);
}

std::string reading_with(const std::string& members) {
  return R"({"user":"a@example.com","timestamp":1655564444103,"x":1.0,"y":-1.0,"z":0)" + members + "}";
}

std::optional<Reason> why_reading(const std::string& json) {
  return why<AccelerometerReading>(json);
}
std::optional<Reason> why_customer(const std::string& json) {
  return why<CustomerRecord>(json);
}

TEST(DecodeReading, TakesTheSeedFormat) {
  AccelerometerReading reading;
  ASSERT_EQ(decode(reading_with(""), reading), std::nullopt);
  EXPECT_EQ(reading.user, "a@example.com");
  EXPECT_EQ(reading.timestamp_ms, 1655564444103);
  EXPECT_EQ(reading.x, 1.0);
  EXPECT_EQ(reading.y, -1.0);
  EXPECT_EQ(reading.z, 0.0);
  EXPECT_EQ(reading.extra, "");
}

TEST(DecodeReading, MatchesNamesInAnyCase) {
  StepTrainerReading reading;
  ASSERT_EQ(
      decode(R"({"SENSORREADINGTIME":1.65e12,"serialnumber":" s ","DistanceFromObject":2.0e2})", reading),
      std::nullopt);
  EXPECT_EQ(reading.reading_time_ms, 1'650'000'000'000);
  EXPECT_EQ(reading.serial_number, " s ");
  EXPECT_EQ(reading.distance_from_object, 200);
}

TEST(DecodeReading, KeepsUnknownFields) {
  AccelerometerReading reading;
  ASSERT_EQ(
      decode(reading_with(
                 R"(, "note": "caf\u00e9", "n": null, "t": true, "deep": {"a": [1, {"b": 2}]}, "f": 1.50)"),
             reading),
      std::nullopt);
  EXPECT_EQ(reading.extra, R"({"note":"café","n":null,"t":true,"deep":{"a": [1, {"b": 2}]},"f":1.50})");
}

TEST(DecodeReading, ReusedRecordForgetsTheLastOnesExtras) {
  AccelerometerReading reading;
  ASSERT_EQ(decode(reading_with(R"(,"note":1)"), reading), std::nullopt);
  ASSERT_EQ(decode(reading_with(""), reading), std::nullopt);
  EXPECT_EQ(reading.extra, "");
}

TEST(DecodeReading, RefusesWithTheReason) {
  EXPECT_EQ(why_reading(R"({"user":"a","timestamp":1,"x":1,"y":2})"), Reason::missing_field);
  EXPECT_EQ(why_reading(R"({"user":null,"timestamp":1,"x":1,"y":2,"z":3})"), Reason::missing_field);
  EXPECT_EQ(why_reading(R"({"user":" \t","timestamp":1,"x":1,"y":2,"z":3})"), Reason::empty_field);
  EXPECT_EQ(why_reading(R"({"user":7,"timestamp":1,"x":1,"y":2,"z":3})"), Reason::wrong_type);
  EXPECT_EQ(why_reading(R"({"user":"a","timestamp":"1","x":1,"y":2,"z":3})"), Reason::wrong_type);
  EXPECT_EQ(why_reading(R"({"user":"a","timestamp":1.5,"x":1,"y":2,"z":3})"), Reason::fractional_time);
  EXPECT_EQ(why_reading(R"({"user":"a","timestamp":9007199254740992,"x":1,"y":2,"z":3})"),
            Reason::out_of_range);
  EXPECT_EQ(why_reading(R"({"user":"a","timestamp":1e999,"x":1,"y":2,"z":3})"), Reason::non_finite);
  EXPECT_EQ(why_reading(R"({"user":"a","timestamp":1,"x":1e999,"y":2,"z":3})"), Reason::non_finite);
  EXPECT_EQ(why_reading(R"({"user":"a","timestamp":1,"x":true,"y":2,"z":3})"), Reason::wrong_type);
  EXPECT_EQ(why<StepTrainerReading>(R"({"sensorReadingTime":1,"serialNumber":"s","distanceFromObject":1.5})"),
            Reason::wrong_type);
}

TEST(DecodeReading, RefusesTheSameFieldTwiceInAnySpellingAtAnyDepth) {
  EXPECT_EQ(why_reading(reading_with(R"(,"X":1)")), Reason::duplicate_key);
  EXPECT_EQ(why_reading(reading_with(R"(,"\u0078":1)")), Reason::duplicate_key);
  EXPECT_EQ(why_reading(reading_with(R"(,"note":1,"Note":2)")), Reason::duplicate_key);
  EXPECT_EQ(why_reading(reading_with(R"(,"note":[{"a":1,"a":2}])")), Reason::duplicate_key);
}

TEST(DecodeReading, RefusesWhatIsNoJson) {
  for (const char* text : {"{", "{]", R"({"user")", R"({"user":"a",})", R"({"user":"a" "x":1})",
                           R"({user:1})", "garbage", R"({"user":tru})", R"({"x":01})", R"({"x":1 2})"}) {
    EXPECT_EQ(why_reading(text), Reason::malformed_json) << text;
  }
  EXPECT_EQ(why_reading(reading_with(R"(,"note":[1,2})")), Reason::malformed_json);
  EXPECT_EQ(why_reading(reading_with(R"(,"note":{"a":nul})")), Reason::malformed_json);
  EXPECT_EQ(why_reading(reading_with(",\"note\":\"\xff\"")), Reason::malformed_json);
  EXPECT_EQ(why_reading(reading_with(R"(,"note":"\u0000")")), Reason::malformed_json);
  EXPECT_EQ(why_reading(reading_with(R"(,"note":"\ud800")")), Reason::malformed_json);
  EXPECT_EQ(why_reading(reading_with(R"(,"note":["\ud800"])")), Reason::malformed_json);
  EXPECT_EQ(why_reading(reading_with(R"(,"note":["\u0000"])")), Reason::malformed_json);
}

TEST(DecodeReading, RefusesOtherValuesAndWhatFollows) {
  for (const char* text : {"[]", "1", "null", R"("text")"})
    EXPECT_EQ(why_reading(text), Reason::not_an_object) << text;
  for (const char* tail : {" x", "}", " {}", ","}) {
    EXPECT_EQ(why_reading(reading_with("") + tail), Reason::trailing_bytes) << tail;
  }
  for (const char tail : {'\0', '\x01'}) {
    EXPECT_EQ(why_reading(reading_with("") + tail), Reason::trailing_bytes) << int{tail};
    EXPECT_EQ(why_reading(reading_with("") + " " + tail), Reason::trailing_bytes) << int{tail};
  }
}

TEST(DecodeLimits, StringsUpToTheLimitLand) {
  const std::string longest(limits::max_string_bytes, 'a');
  EXPECT_EQ(why_customer(R"({"email":")" + longest + R"("})"), std::nullopt);
  EXPECT_EQ(why_customer(R"({"email":")" + longest + R"(a"})"), Reason::string_too_long);
  EXPECT_EQ(why_customer(R"({"email":"a","phone":")" + longest + R"(a"})"), Reason::string_too_long);
  EXPECT_EQ(why_customer(R"({"email":"a",")" + longest + R"(":1})"), std::nullopt);
  EXPECT_EQ(why_customer(R"({"email":"a",")" + longest + R"(a":1})"), Reason::string_too_long);
  EXPECT_EQ(why_customer(R"({"email":"a","note":[")" + longest + R"(a"]})"), Reason::string_too_long);
}

TEST(DecodeLimits, RecordsUpToTheLimitLand) {
  const std::string record = R"({"email":"a"})";
  const std::string padding(limits::max_record_bytes - record.size(), ' ');
  EXPECT_EQ(why_customer("{" + padding + record.substr(1)), std::nullopt);
  EXPECT_EQ(why_customer("{" + padding + " " + record.substr(1)), Reason::record_too_long);
  EXPECT_EQ(why_customer(padding + record + padding), std::nullopt)
      << "measured without white space around it";
}

TEST(DecodeLimits, NestingUpToTheLimitLands) {
  const std::string open(limits::max_nesting, '[');
  const std::string close(limits::max_nesting, ']');
  EXPECT_EQ(why_customer(R"({"email":"a","note":)" + open + close + "}"), std::nullopt);
  EXPECT_EQ(why_customer(R"({"email":"a","note":[)" + open + close + "]}"), Reason::nested_too_deep);
}

TEST(DecodeLimits, UnknownFieldsUpToTheLimitLand) {
  std::string members = R"({"email":"a")";
  for (std::size_t i = 0; i < limits::max_unknown_fields; ++i) members += ",\"u" + std::to_string(i) + "\":1";
  EXPECT_EQ(why_customer(members + "}"), std::nullopt);
  EXPECT_EQ(why_customer(members + R"(,"one more":1})"), Reason::nested_too_deep);
}

TEST(DecodeCustomer, AbsentAndNullAreTheSame) {
  CustomerRecord record;
  ASSERT_EQ(
      decode(R"({"email":"a","phone":null,"shareWithResearchAsOfDate":null,"lastUpdateDate":null})", record),
      std::nullopt);
  EXPECT_EQ(record.phone, std::nullopt);
  EXPECT_EQ(record.research_from_ms, std::nullopt);
  EXPECT_FALSE(record.research_is_number);
  EXPECT_FALSE(record.last_update_invalid);
  EXPECT_EQ(record.extra, "");
}

TEST(DecodeCustomer, OptionalFieldOfAnotherTypeLandsAsNullAndIsKept) {
  CustomerRecord record;
  ASSERT_EQ(decode(R"({"email":"a","phone":5,"birthDay":[1],"serialNumber":{"s":1}})", record), std::nullopt);
  EXPECT_EQ(record.phone, std::nullopt);
  EXPECT_EQ(record.serial_number, std::nullopt);
  EXPECT_EQ(record.extra, R"({"phone":5,"birthDay":[1],"serialNumber":{"s":1}})");
}

TEST(DecodeCustomer, NoDateEverRefusesTheRecord) {
  for (const char* value : {"1.5", "1e999", "\"2020\"", "true", "[]", "9007199254740992"}) {
    CustomerRecord record;
    const std::string json = std::string(R"({"email":"a","lastUpdateDate":)") + value +
                             R"(,"shareWithResearchAsOfDate":)" + value + R"(,"registrationDate":)" + value +
                             "}";
    ASSERT_EQ(decode(json, record), std::nullopt) << value;
    EXPECT_EQ(record.last_update_ms, std::nullopt) << value;
    EXPECT_TRUE(record.last_update_invalid) << value;
    EXPECT_EQ(record.research_from_ms, std::nullopt) << value;
    EXPECT_NE(record.extra, "") << value;
  }
}

TEST(DecodeCustomer, AnyNumberOtherThanZeroAgreesForTheReference) {
  const auto agrees = [](const std::string& value) {
    CustomerRecord record;
    EXPECT_EQ(decode(R"({"email":"a","shareWithResearchAsOfDate":)" + value + "}", record), std::nullopt);
    return record.research_is_number;
  };
  for (const char* value : {"1", "-1", "0.5", "1e999"}) EXPECT_TRUE(agrees(value)) << value;
  for (const char* value : {"0", "-0.0", "null", "\"1\"", "true"}) EXPECT_FALSE(agrees(value)) << value;
}

TEST(DecodeCustomer, NonFiniteOutsideTheDatesRefuses) {
  EXPECT_EQ(why_customer(R"({"email":"a","phone":1e999})"), Reason::non_finite);
  EXPECT_EQ(why_customer(R"({"email":"a","note":1e999})"), Reason::non_finite);
  EXPECT_EQ(why_customer(R"({"email":"a","note":[1e999]})"), Reason::non_finite);
}

TEST(DecodeConsent, PurposeAndActionAreMatchedExactly) {
  ConsentEvent event;
  ASSERT_EQ(decode(R"({"email":"a","purpose":"Research","action":"grant","timestamp":5})", event),
            std::nullopt);
  EXPECT_EQ(event.purpose, "Research");
  EXPECT_EQ(event.action, ConsentEvent::Action::grant);
  EXPECT_EQ(why<ConsentEvent>(R"({"email":"a","purpose":"research","action":"Grant","timestamp":5})"),
            Reason::wrong_type);
  EXPECT_EQ(why<ConsentEvent>(R"({"email":"a","purpose":"research","timestamp":5})"), Reason::missing_field);
}

// Doubt never widens consent.
TEST(DecodeConsent, AWithdrawalWhoseTimeNobodyCanReadIsOneAllTheSame) {
  for (const std::string time :
       {R"("timestamp":"1700000000000")", R"("timestamp":"2023-11-14T22:13:20Z")",
        R"("timestamp":1700000000000.5)", R"("timestamp":1700000000000000000)", R"("timestamp":1e999)",
        R"("timestamp":[1700000000000])", R"("timestamp":true)"}) {
    for (const std::string& members : {R"("action":"withdraw",)" + time, time + R"(,"action":"withdraw")"}) {
      ConsentEvent event;
      ASSERT_EQ(decode(R"({"email":"a","purpose":"research",)" + members + "}", event), std::nullopt)
          << members;
      EXPECT_EQ(event.action, ConsentEvent::Action::withdraw);
      EXPECT_TRUE(event.time_is_unreadable);
      EXPECT_EQ(event.timestamp_ms, 0) << "before every plausible time: the receipt counts";
      EXPECT_EQ(event.extra, "{" + time + "}");
      EXPECT_NE(encode(event).find(time), std::string::npos) << encode(event);
    }
  }
  for (const std::string missing : {"", R"(,"timestamp":null)"}) {
    ConsentEvent event;
    ASSERT_EQ(decode(R"({"email":"a","purpose":"research","action":"withdraw")" + missing + "}", event),
              std::nullopt);
    EXPECT_TRUE(event.time_is_unreadable);
    EXPECT_EQ(event.extra, "");
  }
}

TEST(DecodeConsent, AWithdrawalIsOneInAnyLetterCase) {
  for (const std::string action : {"withdraw", "WITHDRAW", "Withdraw", " withdraw "}) {
    ConsentEvent event;
    ASSERT_EQ(decode(R"({"email":"a","purpose":"research","timestamp":5,"action":")" + action + "\"}", event),
              std::nullopt)
        << action;
    EXPECT_EQ(event.action, ConsentEvent::Action::withdraw);
    EXPECT_FALSE(event.time_is_unreadable);
  }
  EXPECT_EQ(why<ConsentEvent>(R"({"email":"a","purpose":"research","action":"withdrawn","timestamp":5})"),
            Reason::wrong_type);
}

TEST(DecodeConsent, AWithdrawalIsOfResearchInAnySpellingAndAGrantInThisAlone) {
  for (const std::string purpose : {"research", "Research", "RESEARCH ", " research"}) {
    ConsentEvent event;
    const std::string front = R"({"email":"a","timestamp":5,"purpose":")" + purpose + R"(","action":")";
    ASSERT_EQ(decode(front + "withdraw\"}", event), std::nullopt);
    EXPECT_EQ(event.purpose, "research");
    ASSERT_EQ(decode(front + "grant\"}", event), std::nullopt);
    EXPECT_EQ(event.purpose, purpose);
  }
}

TEST(DecodeConsent, AGrantNeedsATimeThatCanBeRead) {
  const auto grant = [](const std::string& time) {
    return why<ConsentEvent>(R"({"email":"a","purpose":"research","action":"grant")" + time + "}");
  };
  EXPECT_EQ(grant(R"(,"timestamp":"5")"), Reason::wrong_type);
  EXPECT_EQ(grant(R"(,"timestamp":5.5)"), Reason::fractional_time);
  EXPECT_EQ(grant(R"(,"timestamp":1e999)"), Reason::non_finite);
  EXPECT_EQ(grant(R"(,"timestamp":null)"), Reason::missing_field);
  EXPECT_EQ(grant(""), Reason::missing_field);
}

TEST(DecodePairing, EmailMustBeThereAndNullMeansNobody) {
  PairingEvent pairing;
  ASSERT_EQ(decode(R"({"serialNumber":"s","email":null,"timestamp":5})", pairing), std::nullopt);
  EXPECT_EQ(pairing.email, std::nullopt);
  ASSERT_EQ(decode(R"({"serialNumber":"s","email":"a","timestamp":5})", pairing), std::nullopt);
  EXPECT_EQ(pairing.email, "a");
  EXPECT_EQ(why<PairingEvent>(R"({"serialNumber":"s","timestamp":5})"), Reason::missing_field);
  EXPECT_EQ(why<PairingEvent>(R"({"serialNumber":"s","email":" ","timestamp":5})"), Reason::empty_field);
}

TEST(DecodeGap, CountsAreNotNegative) {
  const auto gap = [](const std::string& records) {
    return why<GapRecord>(
        R"({"boot":"b","stream":"accelerometer","firstSeq":1,"lastSeq":2,"reason":"spool_full","records":)" +
        records + "}");
  };
  EXPECT_EQ(gap("7"), std::nullopt);
  EXPECT_EQ(gap("-1"), Reason::out_of_range);
}

}  // namespace
}  // namespace stedi
