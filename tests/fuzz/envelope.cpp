// The first byte chooses the stream, the rest is one MQTT payload.
#include "core/wire/envelope.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/record/encode.hpp"
#include "core/record/limits.hpp"
#include "core/wire/plain_envelope.hpp"
#include "core/wire/topic.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/same_members.hpp"
#include "tests/fuzz/target.hpp"

namespace stedi::fuzz {

namespace {

using Json = nlohmann::json;

template <typename Record>
void encode_all(const std::vector<Record>& records, std::vector<std::string>& out) {
  for (const Record& record : records) out.push_back(encode(record));
}

template <typename Reading>
void encode_all(const ReadingBlock<Reading>& block, std::vector<std::string>& out) {
  for (std::size_t i = 0; i < block.size(); ++i) out.push_back(encode(block.whole(i)));
}

std::vector<std::string> encoded(const wire::Payload& payload) {
  std::vector<std::string> out;
  encode_all(payload.customers, out);
  encode_all(payload.consents, out);
  encode_all(payload.pairings, out);
  payload.readings.for_each([&](const auto& block) { encode_all(block, out); });
  encode_all(payload.gaps, out);
  return out;
}

std::size_t records_of(const wire::Payload& payload, Stream stream) {
  switch (stream) {
    case Stream::customer:
      return payload.customers.size();
    case Stream::consent:
      return payload.consents.size();
    case Stream::pairing:
      return payload.pairings.size();
    case Stream::gap:
      return payload.gaps.size();
    default:
      break;
  }
  std::size_t readings = 0;
  for_each_sensor_reading([&]<typename Reading> {
    if (SensorStream<Reading>::stream == stream) readings = payload.readings.of<Reading>().size();
  });
  return readings;
}

bool same(const wire::Payload& a, const wire::Payload& b) {
  const auto same_record = [](const wire::RefusedRecord& x, const wire::RefusedRecord& y) {
    return x.reason == y.reason && x.payload == y.payload;
  };
  return a.name.has_value() == b.name.has_value() && encoded(a) == encoded(b) &&
         a.refused_envelope.has_value() == b.refused_envelope.has_value() &&
         std::equal(a.refused.begin(), a.refused.end(), b.refused.begin(), b.refused.end(), same_record);
}

void require_bounds(const wire::Payload& payload, Stream stream) {
  require(payload.landed_records() == records_of(payload, stream), "only the topic's own stream is filled");
  require(payload.received_records() <= limits::max_batch_records, "records are bounded");
  for (const wire::RefusedRecord& refused : payload.refused) {
    require(refused.payload.size() <= limits::max_quarantine_payload_bytes, "the kept payload is bounded");
    require(refused.payload.find('\0') == std::string::npos, "the kept payload is text");
    require(wire::printable_payload(refused.payload) == refused.payload, "the kept payload is printable");
  }
}

void require_name_laws(const wire::Payload& payload) {
  if (payload.name) {
    require(!payload.refused_envelope, "a batch has a name or is refused");
    require(wire::is_valid_boot(payload.name->boot), "a boot is within its limit");
    require(payload.name->seq >= 1 && payload.name->seq <= limits::max_integer, "a seq counts from 1");
  }
  if (payload.refused_envelope)
    require(payload.refused.size() == 1 && payload.landed_records() == 0, "a refused envelope lands nothing");
}

// JSON knows neither as white space; a payload may have them around its values (core/README).
bool has_other_white_space(std::string_view text) {
  return text.find_first_of("\v\f") != std::string_view::npos;
}

// What landed whole is what nlohmann reads of it.
void require_nlohmann_agrees(std::string_view text, Stream stream, const wire::Payload& payload) {
  if (!payload.name || !payload.refused.empty() || has_other_white_space(text)) return;
  if ((stream == Stream::customer || stream == Stream::consent) && overflows(text)) return;
  const Json theirs = Json::parse(text, nullptr, false);
  require(theirs.is_object(), "what we accept nlohmann accepts");
  require(theirs.value("v", Json()) == Json(wire::protocol_version), "the version is the same");
  require(theirs.value("boot", Json()) == Json(payload.name->boot), "the boot is the same");
  require(theirs.value("seq", Json()) == Json(payload.name->seq), "the seq is the same");
  const Json records = theirs.value("records", Json());
  require(records.is_array() && records.size() == payload.landed_records(), "the records are as many");
}

// Sealed again, what was landed is landed as it was.
void require_round_trip(const wire::Payload& payload, Stream stream) {
  if (!payload.name) return;
  const std::vector<std::string> records = encoded(payload);
  const std::string sealed = wire::seal_envelope(*payload.name, records);
  if (sealed.size() > limits::max_message_bytes) return;
  for (const std::string& record : records) {
    if (record.size() > limits::max_record_bytes) return;
  }
  wire::PayloadDecoder decoder;
  const wire::Payload back = decoder.decode(stream, sealed);
  require(back.name && back.name->boot == payload.name->boot && back.name->seq == payload.name->seq,
          "a sealed name is read as it was sealed");
  require(back.refused.empty() && encoded(back) == records, "decode and encode undo each other");
}

// A space is no difference to JSON, and sends a plain envelope the long way.
void require_both_ways_agree(wire::PayloadDecoder& decoder, std::string_view text, Stream stream,
                             const wire::Payload& payload) {
  wire::Payload plain;
  if (text.size() == limits::max_message_bytes || !wire::decode_plain_envelope(stream, text, plain)) return;
  std::string spaced(text);
  spaced.insert(1, " ");
  require(same(decoder.decode(stream, spaced), payload), "the short way says what the long one says");
}

}  // namespace

void check(std::string_view input) {
  if (input.empty()) return;
  static wire::PayloadDecoder decoder;
  const Stream stream = all_streams[static_cast<unsigned char>(input.front()) % all_streams.size()];
  const std::string_view text = input.substr(1);
  const wire::Payload payload = decoder.decode(stream, text);
  wire::PayloadDecoder fresh;
  require(same(fresh.decode(stream, text), payload), "decoding is a function of the payload");
  require_both_ways_agree(fresh, text, stream, payload);
  require_bounds(payload, stream);
  require_name_laws(payload);
  require_nlohmann_agrees(text, stream, payload);
  require_round_trip(payload, stream);
}

}  // namespace stedi::fuzz
