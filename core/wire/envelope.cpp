#include "core/wire/envelope.hpp"

#include <simdjson.h>

#include <algorithm>

#include "core/digest/digest.hpp"
#include "core/record/decode.hpp"
#include "core/record/identity.hpp"
#include "core/record/json_check.hpp"
#include "core/record/limits.hpp"
#include "core/record/number.hpp"
#include "core/record/plain_reading.hpp"
#include "core/wire/json_cursor.hpp"
#include "core/wire/plain_envelope.hpp"
#include "core/wire/topic.hpp"

namespace stedi::wire {

namespace {

using Texts = std::vector<std::string_view>;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Whether a text that is no JSON was meant as an envelope: its device waits for an answer.
bool looks_like_envelope(std::string_view text) {
  return text.front() == '{' && text.find("\"v\"") != std::string_view::npos &&
         text.find("\"records\"") != std::string_view::npos;
}

// An object's members as they stand; a member that is missing is empty.
struct RawEnvelope {
  std::string_view version;
  std::string_view boot;
  std::string_view seq;
  std::string_view records;
  bool has_duplicate = false;
  bool boot_is_certain = true;  // not there twice
  bool seq_is_certain = true;
  bool has_records = false;  // an array that closes

  bool is_envelope() const { return !version.empty() && version != "null"; }
};

// The text of a string literal; nullopt when it is no sound JSON string within its limit.
std::optional<std::string> string_of(std::string_view literal) {
  if (literal.size() < 2 || literal.front() != '"') return std::nullopt;
  const std::string_view inside = literal.substr(1, literal.size() - 2);
  const auto is_plain = [](char c) { return c >= 0x20 && c != '\\' && c != '"' && c != 0x7f; };
  if (inside.size() <= limits::max_string_bytes && std::all_of(inside.begin(), inside.end(), is_plain))
    return std::string(inside);
  // Escapes are rare in the names and the boot of an envelope, but a string is a string.
  if (check_json(literal)) return std::nullopt;
  return json_string_value(literal);
}

std::string_view* member_of(RawEnvelope& raw, std::string_view name) {
  if (name == "v") return &raw.version;
  if (name == "boot") return &raw.boot;
  if (name == "seq") return &raw.seq;
  if (name == "records") return &raw.records;
  return nullptr;
}

std::optional<std::string> boot_of(std::string_view json) {
  auto boot = string_of(json);
  return boot && is_valid_boot(*boot) ? std::move(boot) : std::nullopt;
}

std::optional<std::int64_t> seq_of(std::string_view json) {
  if (!is_json_number(json)) return std::nullopt;
  const auto seq = integral_value(json);
  return seq && *seq >= 1 ? std::optional<std::int64_t>(*seq) : std::nullopt;
}

// What a device may be told to stop sending: nothing of a member that is there twice.
std::optional<std::string> echoed_boot(const RawEnvelope& raw) {
  return raw.boot_is_certain ? boot_of(raw.boot) : std::nullopt;
}
std::optional<std::int64_t> echoed_seq(const RawEnvelope& raw) {
  return raw.seq_is_certain ? seq_of(raw.seq) : std::nullopt;
}

bool is_version_one(std::string_view json) {
  if (!is_json_number(json)) return false;
  const auto version = integral_value(json);
  return version && *version == protocol_version;
}

bool is_too_long(std::string_view message) {
  return message.size() > limits::max_message_bytes;
}

bool is_blank(std::string_view text) {
  return trimmed(text).empty();
}

// Without what may stand around it.
std::string_view text_of(std::string_view bytes) {
  if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  return trimmed(bytes);
}

// The non-blank lines of an NDJSON payload.
Texts lines_of(std::string_view text) {
  Texts lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    if (!line.empty()) lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Where a comma stands too many there is no text: the comma is what was refused. (An empty payload has
// expired.)
void refuse_record(Payload& payload, Reason reason, std::string_view text) {
  payload.refused.push_back(refused_record(reason, text.empty() ? "," : text));
}

void refuse_message(Payload& payload, Reason reason, std::string_view text) {
  payload.refused.push_back(refused_record(reason, text));
  payload.refused.back().is_message = true;
}

// Length of the valid UTF-8 sequence at the front of `text`, 0 when there is none. U+0000 counts as invalid.
std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead > 0 && lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool beyond_unicode = (lead == 0xED && byte(1) >= 0xA0) || (lead == 0xF4 && byte(1) >= 0x90);
  return overlong || beyond_unicode ? 0 : length;
}

// An ack lets its device forget the batch: none for one of which anything has neither landed nor is kept.
void keep_name_if_kept_whole(Payload& payload, std::string_view text) {
  const auto cut = std::ranges::find_if(payload.refused, [](const auto& record) { return !record.is_whole; });
  if (cut == payload.refused.end()) return;
  const Reason reason = cut->reason;
  RefusedEnvelope envelope{reason, std::move(payload.name->boot), payload.name->seq};
  payload = {};
  payload.refused_envelope = std::move(envelope);
  refuse_message(payload, reason, text);
}

template <typename Record>
void decode_into(RecordDecoder& decoder, const Texts& texts, std::vector<Record>& records, Payload& payload) {
  records.reserve(texts.size());
  for (const std::string_view text : texts) {
    Record& record = records.emplace_back();
    if (const auto reason = decoder.decode(text, record)) {
      records.pop_back();
      refuse_record(payload, *reason, text);
    }
  }
}

template <typename Reading>
void decode_into(RecordDecoder& decoder, const Texts& texts, ReadingBlock<Reading>& block, Payload& payload) {
  block.reserve(texts.size());
  Reading reading;  // keeps its strings' memory
  for (const std::string_view text : texts) {
    if (!decode_plain(text, reading)) {
      if (const auto reason = decoder.decode(text, reading)) {
        refuse_record(payload, *reason, text);
        continue;
      }
    }
    block.add(reading);
  }
}

}  // namespace

struct PayloadDecoder::State {
  RecordDecoder records;
  std::string buffer;     // the payload with its padding
  Texts elements;         // of the array that was split last
  Texts ignored_members;  // names and values that nobody reads, of the object that was split last

  std::optional<RawEnvelope> split_object(std::string_view json);
  RawEnvelope front_of_object(std::string_view json);
  bool take_member(JsonCursor& at, RawEnvelope& raw);
  bool ignored_is_json() const {
    return std::all_of(ignored_members.begin(), ignored_members.end(), is_json);
  }

  void decode_records(Stream stream, const Texts& texts, Payload& payload);
  void decode_bare(Stream stream, std::string_view whole, const Texts& texts, Payload& payload);
  void decode_envelope(Stream stream, std::string_view whole, const RawEnvelope& raw, Payload& payload);
  bool decode_array(Stream stream, std::string_view text, Payload& payload);
  bool decode_object(Stream stream, std::string_view text, Payload& payload);
  bool decode_front(Stream stream, std::string_view text, Payload& payload);
  void decode_payload(Stream stream, std::string_view text, Payload& payload);
};

bool PayloadDecoder::State::take_member(JsonCursor& at, RawEnvelope& raw) {
  const auto literal = at.take_string();
  if (!literal || !at.take(':')) return false;
  const auto name = string_of(*literal);
  std::string_view* known = name ? member_of(raw, *name) : nullptr;
  if (known == nullptr) ignored_members.push_back(*literal);
  std::string_view value;
  if (known == &raw.records && at.peek() == '[') {
    raw.has_records = at.take_elements(elements);
    if (!raw.has_records) return false;
    value = "[]";
  } else {
    const auto text = at.take_value();
    if (!text) return false;
    value = *text;
  }
  if (known == nullptr) {
    ignored_members.push_back(value);
    return true;
  }
  if (!known->empty()) {
    raw.has_duplicate = true;
    raw.boot_is_certain = raw.boot_is_certain && known != &raw.boot;
    raw.seq_is_certain = raw.seq_is_certain && known != &raw.seq;
  }
  *known = value;
  return true;
}

// nullopt when the text is no object.
std::optional<RawEnvelope> PayloadDecoder::State::split_object(std::string_view json) {
  RawEnvelope raw;
  ignored_members.clear();
  JsonCursor at(json);
  if (!at.take('{')) return std::nullopt;
  if (at.take('}')) return at.at_end() ? std::optional(raw) : std::nullopt;
  do {
    if (!take_member(at, raw)) return std::nullopt;
  } while (at.take(','));
  return at.take('}') && at.at_end() ? std::optional(raw) : std::nullopt;
}

// The members that stand whole at the front of a text that may have been cut.
RawEnvelope PayloadDecoder::State::front_of_object(std::string_view json) {
  RawEnvelope raw;
  RawEnvelope sure;
  ignored_members.clear();
  JsonCursor at(json);
  if (!at.take('{')) return sure;
  while (take_member(at, raw) && at.take(',')) sure = raw;
  return sure;
}

void PayloadDecoder::State::decode_records(Stream stream, const Texts& texts, Payload& payload) {
  switch (stream) {
    case Stream::customer:
      return decode_into(records, texts, payload.customers, payload);
    case Stream::consent:
      return decode_into(records, texts, payload.consents, payload);
    case Stream::pairing:
      return decode_into(records, texts, payload.pairings, payload);
    case Stream::gap:
      return decode_into(records, texts, payload.gaps, payload);
    default:
      for_each_sensor_reading([&]<typename Reading> {
        if (SensorStream<Reading>::stream == stream)
          decode_into(records, texts, payload.readings.of<Reading>(), payload);
      });
  }
}

void PayloadDecoder::State::decode_bare(Stream stream, std::string_view whole, const Texts& texts,
                                        Payload& payload) {
  if (texts.empty()) return;
  if (!accepts_bare_records(stream)) return refuse_message(payload, Reason::needs_envelope, whole);
  if (is_too_long(whole)) return refuse_message(payload, Reason::message_too_long, whole);
  if (texts.size() > limits::max_batch_records)
    return refuse_message(payload, Reason::too_many_records, whole);
  decode_records(stream, texts, payload);
}

// A batch with a valid name is acknowledged even when all of it is quarantined, so that it is sent once;
// unless that is more than the quarantine keeps. One without a valid name cannot be acknowledged: its device
// is told what could be read of it.
void PayloadDecoder::State::decode_envelope(Stream stream, std::string_view whole, const RawEnvelope& raw,
                                            Payload& payload) {
  auto boot = echoed_boot(raw);
  const auto seq = echoed_seq(raw);
  const bool right_version = is_version_one(raw.version);
  if (!right_version || !boot || !seq || raw.has_duplicate) {
    const Reason reason = !right_version       ? Reason::unsupported_version
                          : is_too_long(whole) ? Reason::message_too_long
                                               : Reason::bad_envelope;
    payload.refused_envelope = RefusedEnvelope{reason, std::move(boot), seq};
    return refuse_message(payload, reason, whole);
  }
  payload.name = BatchName{std::move(*boot), *seq};
  if (is_too_long(whole)) return refuse_message(payload, Reason::message_too_long, whole);
  if (!raw.has_records) return refuse_message(payload, Reason::bad_envelope, whole);
  if (elements.size() > limits::max_batch_records)
    return refuse_message(payload, Reason::too_many_records, whole);
  decode_records(stream, elements, payload);
}

bool PayloadDecoder::State::decode_array(Stream stream, std::string_view text, Payload& payload) {
  JsonCursor at(text);
  if (!at.take_elements(elements) || !at.at_end()) return false;
  decode_bare(stream, text, elements, payload);
  return true;
}

// Refused: it is not here whole, so it cannot be kept whole. What follows in it is not read.
bool PayloadDecoder::State::decode_front(Stream stream, std::string_view text, Payload& payload) {
  const RawEnvelope raw = front_of_object(text);
  if (!raw.is_envelope()) return false;
  decode_envelope(stream, text, raw, payload);
  return true;
}

bool PayloadDecoder::State::decode_object(Stream stream, std::string_view text, Payload& payload) {
  if (is_too_long(text)) return decode_front(stream, text, payload);
  const auto raw = split_object(text);
  if (!raw) return false;
  if (!raw->is_envelope()) {
    if (!simdjson::validate_utf8(text)) return false;
    decode_bare(stream, text, {text}, payload);
    return true;
  }
  if (!ignored_is_json()) return false;
  decode_envelope(stream, text, *raw, payload);
  return true;
}

void PayloadDecoder::State::decode_payload(Stream stream, std::string_view text, Payload& payload) {
  if (text.front() == '[' && decode_array(stream, text, payload)) return;
  if (text.front() == '{' && decode_object(stream, text, payload)) return;
  if (looks_like_envelope(text)) {
    const Reason reason = is_too_long(text) ? Reason::message_too_long : Reason::malformed_json;
    const RawEnvelope raw = front_of_object(text);
    payload.refused_envelope = RefusedEnvelope{reason, echoed_boot(raw), echoed_seq(raw)};
    return refuse_message(payload, reason, text);
  }
  if (text.find('\n') != std::string_view::npos) return decode_bare(stream, text, lines_of(text), payload);
  if (!accepts_bare_records(stream)) return refuse_message(payload, Reason::needs_envelope, text);
  refuse_message(payload, is_too_long(text) ? Reason::message_too_long : why_no_object(text), text);
}

PayloadDecoder::PayloadDecoder() : state_(std::make_unique<State>()) {}
PayloadDecoder::~PayloadDecoder() = default;
PayloadDecoder::PayloadDecoder(PayloadDecoder&&) noexcept = default;
PayloadDecoder& PayloadDecoder::operator=(PayloadDecoder&&) noexcept = default;

Payload PayloadDecoder::decode(Stream stream, std::string_view bytes) {
  Payload payload;
  const std::string_view text = text_of(bytes);
  if (is_blank(text)) return payload;
  if (decode_plain_envelope(stream, text, payload)) return payload;
  payload = {};
  state_->buffer.reserve(text.size() + decode_padding_bytes);
  state_->buffer.assign(text);
  state_->buffer.append(decode_padding_bytes, ' ');
  state_->decode_payload(stream, std::string_view(state_->buffer).substr(0, text.size()), payload);
  if (payload.name) keep_name_if_kept_whole(payload, text);
  return payload;
}

std::size_t Payload::landed_records() const {
  std::size_t landed = customers.size() + consents.size() + pairings.size() + gaps.size();
  readings.for_each([&](const auto& block) { landed += block.size(); });
  return landed;
}

bool is_valid_boot(std::string_view boot) {
  return !boot.empty() && boot.size() <= limits::max_boot_id_bytes &&
         boot.find('\0') == std::string_view::npos;
}

std::string seal_envelope(const BatchName& name, std::span<const std::string> records) {
  std::size_t bytes = 64 + name.boot.size();
  for (const std::string& record : records) bytes += record.size() + 1;
  std::string text;
  text.reserve(bytes);
  text += R"({"v":1,"boot":)" + json_string(name.boot) + R"(,"seq":)" + std::to_string(name.seq) +
          R"(,"records":[)";
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (i > 0) text += ',';
    text += records[i];
  }
  text += "]}";
  return text;
}

namespace {

// `bytes` moves to what did not fit.
std::string take_printable(std::string_view& bytes) {
  constexpr std::size_t escaped_bytes = 4;
  std::string text;
  text.reserve(std::min(bytes.size(), limits::max_quarantine_payload_bytes));
  while (!bytes.empty()) {
    const std::size_t valid = utf8_sequence(bytes);
    if (text.size() + (valid > 0 ? valid : escaped_bytes) > limits::max_quarantine_payload_bytes) break;
    const std::size_t taken = std::max<std::size_t>(valid, 1);
    if (valid > 0) {
      text += bytes.substr(0, taken);
    } else {
      text += "\\x" + hex(bytes.substr(0, taken));
    }
    bytes.remove_prefix(taken);
  }
  return text;
}

}  // namespace

RefusedRecord refused_record(Reason reason, std::string_view text) {
  std::string_view rest = text;
  RefusedRecord refused{reason, take_printable(rest)};
  refused.is_faithful = refused.payload == text;
  refused.is_whole = rest.empty();
  return refused;
}

std::string_view readable_part(std::string_view bytes) {
  if (!is_too_long(bytes)) return bytes;
  const std::string_view text = text_of(bytes);
  // Not cut where white space begins: without it the front would look short enough.
  const std::size_t last = text.find_first_not_of(" \t\n\v\f\r", limits::max_message_bytes);
  return text.substr(0, std::min(last, limits::max_message_bytes + limits::max_record_bytes) + 1);
}

std::string printable_payload(std::string_view bytes) {
  return take_printable(bytes);
}

}  // namespace stedi::wire
