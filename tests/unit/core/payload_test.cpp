#include <gtest/gtest.h>

#include "core/record/limits.hpp"
#include "core/wire/envelope.hpp"

namespace stedi::wire {
namespace {

const std::string good = R"({"user":"a@example.com","timestamp":1655564444103,"x":1.0,"y":-1.0,"z":0})";

Payload decode(std::string_view bytes, Stream stream = Stream::accelerometer) {
  PayloadDecoder decoder;
  return decoder.decode(stream, bytes);
}

std::vector<Reason> reasons(const Payload& payload) {
  std::vector<Reason> all;
  for (const auto& record : payload.refused) all.push_back(record.reason);
  return all;
}

std::string envelope(const std::string& members) {
  return R"({"v":1,"boot":"b7","seq":3,"records":)" + members + "}";
}

TEST(Envelope, IsSealedToTheByte) {
  const std::vector<std::string> records = {"{\"a\":1}", "{\"b\":2}"};
  EXPECT_EQ(seal_envelope({"b7", 3}, records), R"({"v":1,"boot":"b7","seq":3,"records":[{"a":1},{"b":2}]})");
  EXPECT_EQ(seal_envelope({"b7", 4}, {}), R"({"v":1,"boot":"b7","seq":4,"records":[]})");
}

TEST(Envelope, NamesItsBatch) {
  const Payload payload = decode(envelope("[" + good + "," + good + "]"));
  ASSERT_TRUE(payload.name);
  EXPECT_EQ(payload.name->boot, "b7");
  EXPECT_EQ(payload.name->seq, 3);
  EXPECT_EQ(payload.readings.of<AccelerometerReading>().size(), 2U);
  EXPECT_TRUE(payload.refused.empty());
}

TEST(Envelope, MembersComeInAnyOrderAndSpelling) {
  const Payload payload = decode("\xEF\xBB\xBF {\"records\":[" + good +
                                 R"(], "note":{"x":[1]}, "seq":3e0, "boot":"\u0062", "v":1.0})");
  ASSERT_TRUE(payload.name);
  EXPECT_EQ(payload.name->boot, "b");
  EXPECT_EQ(payload.readings.of<AccelerometerReading>().size(), 1U);
}

TEST(Envelope, ABadRecordLeavesItsNeighbours) {
  const Payload payload =
      decode(envelope("[" + good + R"(,"text",{"user":"a"},[1],{"user":"a",},)" + good + "]"));
  EXPECT_EQ(payload.readings.of<AccelerometerReading>().size(), 2U);
  EXPECT_EQ(reasons(payload), (std::vector{Reason::not_an_object, Reason::missing_field,
                                           Reason::not_an_object, Reason::malformed_json}));
  EXPECT_EQ(payload.refused[1].payload, R"({"user":"a"})");
  EXPECT_TRUE(payload.name);
}

TEST(Envelope, ARecordThatIsNoJsonLeavesItsNeighbours) {
  const Payload payload = decode(envelope("[" + good + R"(,{oops}, nul ,{"a":"]}"}, )" + good + "]"));
  EXPECT_EQ(payload.readings.of<AccelerometerReading>().size(), 2U);
  EXPECT_EQ(reasons(payload),
            (std::vector{Reason::malformed_json, Reason::malformed_json, Reason::missing_field}));
  EXPECT_EQ(decode("[" + good + ",{oops}," + good + "]").readings.of<AccelerometerReading>().size(), 2U);
}

TEST(Envelope, ThatIsNoJsonIsRefusedWhole) {
  for (const std::string& text :
       {envelope("[" + good), envelope("[\n" + good + ",\n{\n]"), envelope("[" + good + ",{\"user\":\"a]")}) {
    const Payload payload = decode(text);
    ASSERT_TRUE(payload.refused_envelope) << text;
    EXPECT_EQ(reasons(payload), std::vector{Reason::malformed_json}) << text;
    EXPECT_TRUE(payload.readings.of<AccelerometerReading>().empty()) << "no half of it lands under no name";
    EXPECT_EQ(payload.refused_envelope->boot, "b7") << "so that its device stops sending it";
    EXPECT_EQ(payload.refused_envelope->seq, 3);
  }
}

TEST(Envelope, OneBadByteSpoilsOneRecord) {
  for (const std::string byte : {"\xe9", "\xff", "\x01"}) {
    const std::string bad =
        R"({"user":"Andr)" + byte + R"(","timestamp":1655564444103,"x":1.0,"y":-1.0,"z":0})";
    const Payload payload = decode(envelope("[" + good + "," + bad + "," + good + "]"));
    EXPECT_TRUE(payload.name);
    EXPECT_EQ(payload.readings.of<AccelerometerReading>().size(), 2U);
    EXPECT_EQ(reasons(payload), std::vector{Reason::malformed_json});
  }
}

TEST(Envelope, AStrayCommaSpoilsNoRecord) {
  for (const std::string& records : {"[" + good + ",]", "[," + good + "]", "[" + good + ",,\n]"}) {
    for (const std::string& text : {envelope(records), records}) {
      const Payload payload = decode(text);
      EXPECT_EQ(payload.readings.of<AccelerometerReading>().size(), 1U) << text;
      EXPECT_EQ(payload.refused.size(), records.find(",,") == std::string::npos ? 1U : 2U) << text;
      for (const RefusedRecord& refused : payload.refused) {
        EXPECT_EQ(refused.reason, Reason::malformed_json);
        EXPECT_EQ(refused.payload, ",") << "an empty one would have expired";
      }
    }
  }
}

TEST(Envelope, OfWhichSomethingCannotBeKeptWholeIsRefusedWithItsName) {
  const std::string bytes(limits::max_quarantine_payload_bytes / 4 + 1, '\xff');
  const Payload payload = decode(envelope("[" + good + ",\"" + bytes + "\"]"));
  EXPECT_FALSE(payload.name) << "no ack: its device must keep it";
  ASSERT_TRUE(payload.refused_envelope);
  EXPECT_EQ(payload.refused_envelope->boot, "b7");
  EXPECT_EQ(payload.refused_envelope->seq, 3);
  EXPECT_EQ(payload.landed_records(), 0U);
  EXPECT_EQ(payload.refused.size(), 1U);
  EXPECT_TRUE(decode(envelope("[" + good + ",\"" + bytes.substr(0, 9'000) + "\"]")).name);
}

TEST(Envelope, ZeroRecordsIsABatch) {
  const Payload payload = decode(envelope("[]"));
  EXPECT_TRUE(payload.name);
  EXPECT_EQ(payload.received_records(), 0U);
}

TEST(Envelope, WithoutAValidNameIsRefusedAndEchoed) {
  const Payload payload = decode(R"({"v":1,"boot":7,"seq":3,"records":[]})");
  EXPECT_FALSE(payload.name);
  ASSERT_TRUE(payload.refused_envelope);
  EXPECT_EQ(payload.refused_envelope->reason, Reason::bad_envelope);
  EXPECT_EQ(payload.refused_envelope->boot, std::nullopt);
  EXPECT_EQ(payload.refused_envelope->seq, 3);
  EXPECT_EQ(payload.refused.size(), 1U);
  for (const char* seq : {"0", "-1", "1.5", "\"1\"", "null", "9007199254740992"}) {
    EXPECT_TRUE(decode(R"({"v":1,"boot":"b","records":[],"seq":)" + std::string(seq) + "}").refused_envelope)
        << seq;
  }
}

TEST(Envelope, OfAnotherVersionIsRefused) {
  for (const char* version : {"2", "\"1\"", "1.5", "true"}) {
    const Payload payload = decode(R"({"boot":"b","seq":1,"records":[],"v":)" + std::string(version) + "}");
    ASSERT_TRUE(payload.refused_envelope) << version;
    EXPECT_EQ(payload.refused_envelope->reason, Reason::unsupported_version);
    EXPECT_EQ(payload.refused_envelope->boot, "b");
  }
}

TEST(Envelope, WithAMemberTwiceIsRefusedAndNothingOfThatMemberEchoed) {
  const auto seq_twice = decode(R"({"v":1,"boot":"b","seq":1,"seq":2,"records":[]})").refused_envelope;
  ASSERT_TRUE(seq_twice);
  EXPECT_EQ(seq_twice->boot, "b");
  EXPECT_EQ(seq_twice->seq, std::nullopt);
  const auto boot_twice = decode(R"({"v":1,"boot":"b","boot":"c","seq":1,"records":[]})").refused_envelope;
  ASSERT_TRUE(boot_twice);
  EXPECT_EQ(boot_twice->boot, std::nullopt);
  EXPECT_EQ(boot_twice->seq, 1);
  const auto records_twice =
      decode(R"({"v":1,"boot":"b","seq":1,"records":[],"records":[]})").refused_envelope;
  ASSERT_TRUE(records_twice);
  EXPECT_EQ(records_twice->boot, "b");
  EXPECT_EQ(records_twice->seq, 1);
}

TEST(RefusedText, SaysWhetherItIsAMessageAndWhetherItIsWhole) {
  const auto record = decode(R"({"v":1,"boot":"b","seq":1,"records":[{}]})").refused.front();
  EXPECT_FALSE(record.is_message);
  EXPECT_TRUE(record.is_faithful);
  const auto message = decode(R"({"v":2,"boot":"b","seq":1,"records":[]})").refused.front();
  EXPECT_TRUE(message.is_message);
  EXPECT_TRUE(message.is_faithful);
  EXPECT_FALSE(decode("\xff").refused.front().is_faithful);
  const std::string at_limit(limits::max_quarantine_payload_bytes, 'x');
  EXPECT_TRUE(decode(at_limit).refused.front().is_faithful);
  EXPECT_FALSE(decode(at_limit + "x").refused.front().is_faithful);
}

// It has a name: quarantined under it, acknowledged, and so sent only once.
TEST(Envelope, WithoutUsableRecordsKeepsItsName) {
  for (const char* records : {"{}", "1"}) {
    const Payload payload = decode(envelope(records));
    EXPECT_TRUE(payload.name) << records;
    EXPECT_EQ(reasons(payload), std::vector{Reason::bad_envelope}) << records;
  }
  EXPECT_EQ(reasons(decode(R"({"v":1,"boot":"b","seq":1})")), std::vector{Reason::bad_envelope});
}

TEST(Envelope, BootIdsUpToTheLimit) {
  const auto with_boot = [](const std::string& boot) {
    return decode(R"({"v":1,"seq":1,"records":[],"boot":")" + boot + "\"}");
  };
  const std::string longest(limits::max_boot_id_bytes, 'b');
  EXPECT_TRUE(with_boot(longest).name);
  EXPECT_FALSE(with_boot(longest + "b").name);
  EXPECT_FALSE(with_boot("").name);
}

TEST(Bare, RecordArrayAndLinesAreAccepted) {
  EXPECT_EQ(decode(good).readings.of<AccelerometerReading>().size(), 1U);
  EXPECT_EQ(decode("[" + good + ", " + good + "]").readings.of<AccelerometerReading>().size(), 2U);
  EXPECT_EQ(decode(good + "\r\n \n" + good + "\n").readings.of<AccelerometerReading>().size(), 2U);
  EXPECT_FALSE(decode(good).name);
}

TEST(Bare, NothingIsZeroRecords) {
  for (const char* text : {"", " \r\n\t", "[]", "\xEF\xBB\xBF"})
    EXPECT_EQ(decode(text).received_records(), 0U) << text;
  EXPECT_EQ(decode("[]", Stream::customer).received_records(), 0U);
}

TEST(Bare, EveryBadLineIsARecordOfItsOwn) {
  const Payload payload = decode("garbage\n" + good + "\n{\"user\":1}\n[" + good + "]");
  EXPECT_EQ(payload.readings.of<AccelerometerReading>().size(), 1U);
  EXPECT_EQ(reasons(payload),
            (std::vector{Reason::malformed_json, Reason::wrong_type, Reason::not_an_object}));
}

TEST(Bare, WithoutALineBreakItIsOneMessage) {
  EXPECT_EQ(reasons(decode("garbage")), std::vector{Reason::malformed_json});
  EXPECT_EQ(reasons(decode(good + good)), std::vector{Reason::trailing_bytes});
  EXPECT_EQ(reasons(decode("[" + good)), std::vector{Reason::malformed_json});
  EXPECT_EQ(reasons(decode("17")), std::vector{Reason::not_an_object});
}

TEST(Bare, OtherStreamsNeedAnEnvelope) {
  for (const Stream stream : {Stream::customer, Stream::consent, Stream::pairing, Stream::gap}) {
    EXPECT_EQ(reasons(decode(R"({"email":"a"})", stream)), std::vector{Reason::needs_envelope});
    EXPECT_EQ(reasons(decode(R"([{"email":"a"},{"email":"b"}])", stream)),
              std::vector{Reason::needs_envelope});
    EXPECT_EQ(reasons(decode("{\"email\":\"a\"}\n{\"email\":\"b\"}", stream)),
              std::vector{Reason::needs_envelope});
  }
}

std::string array_of(std::size_t records) {
  std::string text = "[";
  for (std::size_t i = 0; i < records; ++i) text += (i > 0 ? "," : "") + good;
  return text + "]";
}

TEST(PayloadLimits, RecordsUpToTheLimit) {
  EXPECT_EQ(decode(array_of(limits::max_batch_records)).readings.of<AccelerometerReading>().size(),
            limits::max_batch_records);
  EXPECT_EQ(reasons(decode(array_of(limits::max_batch_records + 1))), std::vector{Reason::too_many_records});
  const Payload named = decode(envelope(array_of(limits::max_batch_records + 1)));
  EXPECT_TRUE(named.name);
  EXPECT_EQ(reasons(named), std::vector{Reason::too_many_records});
}

TEST(PayloadLimits, BytesUpToTheLimit) {
  const std::string open = R"({"v":1,"boot":"b","seq":1,"note":")";
  const std::string close = R"(","records":[]})";
  const std::string fill(limits::max_message_bytes - open.size() - close.size(), 'x');
  EXPECT_TRUE(decode(open + fill + close).refused.empty());
  const Payload too_long = decode(open + fill + "x" + close);
  EXPECT_FALSE(too_long.name) << "it is not kept whole: its device must keep it";
  ASSERT_TRUE(too_long.refused_envelope);
  EXPECT_EQ(too_long.refused_envelope->boot, "b");
  EXPECT_EQ(too_long.refused_envelope->seq, 1);
  EXPECT_EQ(reasons(too_long), std::vector{Reason::message_too_long});
  EXPECT_EQ(too_long.refused[0].payload.size(), limits::max_quarantine_payload_bytes);
}

TEST(PayloadLimits, TheFrontOfALongMessageIsEnoughToRefuseItByItsName) {
  const std::string long_batch = envelope("[" + std::string(9'000'000, 'x') + "]");
  const std::string_view front = readable_part(long_batch);
  EXPECT_EQ(front.size(), limits::max_message_bytes + 1);
  const Payload payload = decode(front);
  EXPECT_FALSE(payload.name);
  ASSERT_TRUE(payload.refused_envelope);
  EXPECT_EQ(payload.refused_envelope->boot, "b7");
  EXPECT_EQ(payload.refused_envelope->seq, 3);
  EXPECT_EQ(reasons(payload), std::vector{Reason::message_too_long});
}

TEST(PayloadLimits, TheFrontIsNotCutAtWhiteSpaceAndNotExtendedForEver) {
  const std::string open = R"({"v":1,"boot":"b7","seq":3,)";
  for (const std::size_t spaces : {std::size_t{1}, std::size_t{100}, limits::max_record_bytes - 1}) {
    const std::string fill(limits::max_message_bytes - open.size(), ' ');
    const std::string bytes = open + fill + std::string(spaces, '\n') + R"("records":[]})";
    EXPECT_EQ(reasons(decode(readable_part(bytes))), std::vector{Reason::message_too_long}) << spaces;
  }
  const std::string mostly_space = open + std::string(9'000'000, ' ') + R"("records":[]})";
  EXPECT_EQ(readable_part(mostly_space).size(), limits::max_message_bytes + limits::max_record_bytes + 1);
}

TEST(PayloadLimits, WhatIsNotLongIsReadWhole) {
  const std::string longest(limits::max_message_bytes, '[');
  EXPECT_EQ(readable_part(longest), longest);
  const std::string padded =
      "\xEF\xBB\xBF" + std::string(limits::max_message_bytes, ' ') + envelope("[]") + "\n";
  EXPECT_EQ(readable_part(padded), envelope("[]"));
}

TEST(PayloadLimits, ALongMessageWhoseNameIsNotInItsFrontIsRefusedWithoutIt) {
  const std::string records = R"("records":[)" + std::string(9'000'000, 'x') + "]";
  const std::string name_behind = R"({"v":1,"boot":"b7",)" + records + R"(,"seq":3})";
  const Payload payload = decode(readable_part(name_behind));
  EXPECT_FALSE(payload.name);
  ASSERT_TRUE(payload.refused_envelope);
  EXPECT_EQ(payload.refused_envelope->reason, Reason::message_too_long);
  EXPECT_EQ(payload.refused_envelope->boot, "b7");
  EXPECT_FALSE(payload.refused_envelope->seq);
}

// "seq":12 of "seq":1234 would be another batch's name.
TEST(PayloadLimits, AMemberThatTheCutMayHaveShortenedNamesNothing) {
  const std::string open = R"({"v":1,"boot":"b7","note":")";
  const std::string close = R"(","seq":12)";
  const std::string fill(limits::max_message_bytes + 1 - open.size() - close.size(), 'x');
  const std::string bytes = open + fill + close + R"(34,"records":[]})";
  const std::string_view front = readable_part(bytes);
  ASSERT_TRUE(front.ends_with(R"("seq":12)"));
  const Payload payload = decode(front);
  EXPECT_FALSE(payload.name);
}

TEST(PayloadLimits, ALongBareMessageIsOneQuarantinedMessage) {
  const std::string fill(9'000'000, 'x');
  for (const std::string& bytes :
       {"[" + good + "," + fill, fill, good + "\n" + fill, R"({"note":")" + fill}) {
    EXPECT_EQ(reasons(decode(readable_part(bytes))), std::vector{Reason::message_too_long});
  }
}

TEST(PrintablePayload, HoldsWhatATextColumnCan) {
  EXPECT_EQ(printable_payload("a\xffz"), "a\\xffz");
  EXPECT_EQ(printable_payload(std::string("a\0z", 3)), "a\\x00z");
  EXPECT_EQ(printable_payload("caf\xc3\xa9 \xf0\x9f\x98\x80"), "caf\xc3\xa9 \xf0\x9f\x98\x80");
  EXPECT_EQ(printable_payload("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  EXPECT_EQ(printable_payload("\xc0\x80"), "\\xc0\\x80");
}

TEST(PrintablePayload, IsCutAtTheLimit) {
  const std::string longest(limits::max_quarantine_payload_bytes, 'a');
  EXPECT_EQ(printable_payload(longest), longest);
  EXPECT_EQ(printable_payload(longest + "b"), longest);
}

}  // namespace
}  // namespace stedi::wire
