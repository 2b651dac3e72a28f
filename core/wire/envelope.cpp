#include "core/wire/envelope.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "core/digest/digest.hpp"
#include "core/record/decode.hpp"
#include "core/record/identity.hpp"
#include "core/record/json_check.hpp"
#include "core/record/limits.hpp"
#include "core/record/number.hpp"
#include "core/wire/topic.hpp"

namespace stedi::wire {

namespace {

namespace ondemand = simdjson::ondemand;
using Texts = std::vector<std::string_view>;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// A JSON value's own text, whatever its type. Nested text is skipped by its brackets, not validated.
std::optional<std::string_view> text_of(ondemand::value value) {
  std::string_view text = value.raw_json_token();
  if (text.empty()) return std::nullopt;
  simdjson::error_code error = simdjson::SUCCESS;
  if (text.front() == '{') {
    ondemand::object object;
    error = value.get_object().get(object);
    if (!error) error = object.raw_json().get(text);
  } else if (text.front() == '[') {
    ondemand::array array;
    error = value.get_array().get(array);
    if (!error) error = array.raw_json().get(text);
  }
  if (error) return std::nullopt;
  return trimmed(text);
}

// The texts of an array's elements; nullopt when it is no array or its own syntax is broken.
std::optional<Texts> elements_of(ondemand::parser& parser, std::string_view json) {
  ondemand::document document;
  ondemand::array array;
  const simdjson::padded_string_view padded(json.data(), json.size(), json.size() + decode_padding_bytes);
  if (parser.iterate(padded).get(document) || document.get_array().get(array)) return std::nullopt;
  Texts texts;
  for (auto element : array) {
    ondemand::value value;
    if (element.get(value)) return std::nullopt;
    const auto text = text_of(value);
    if (!text) return std::nullopt;
    texts.push_back(*text);
  }
  if (document.current_location().error() == simdjson::SUCCESS) return std::nullopt;
  return texts;
}

// The same by brackets and quotes alone, so that an element which is no JSON is refused by itself and its
// good neighbours land. nullopt when the brackets do not close at the end, or an element is missing.
std::optional<Texts> elements_by_brackets(std::string_view json) {
  Texts texts;
  std::size_t depth = 0;
  std::size_t start = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
      continue;
    }
    in_string = c == '"';
    if (c == '[' || c == '{') ++depth;
    const bool closes = c == ']' || c == '}';
    if ((c == ',' && depth == 1) || (closes && depth == 1)) {
      texts.push_back(trimmed(json.substr(start, i - start)));
      start = i + 1;
    }
    if (closes && --depth == 0) {
      const bool whole = i + 1 == json.size() && json.front() == '[' && c == ']';
      const bool none_missing =
          std::none_of(texts.begin(), texts.end(), [](auto text) { return text.empty(); });
      return whole && none_missing ? std::optional<Texts>(std::move(texts)) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<Texts> split_array(ondemand::parser& parser, std::string_view json) {
  auto texts = elements_of(parser, json);
  return texts ? std::move(texts) : elements_by_brackets(json);
}

// Whether a text that is no JSON was meant as an envelope: its device waits for an answer.
bool looks_like_envelope(std::string_view text) {
  return text.front() == '{' && text.find("\"v\"") != std::string_view::npos &&
         text.find("\"records\"") != std::string_view::npos;
}

// An envelope's members as they stand; a member that is missing is empty.
struct RawEnvelope {
  std::string_view version;
  std::string_view boot;
  std::string_view seq;
  std::string_view records;
  bool has_duplicate = false;
  bool boot_is_certain = true;  // not there twice
  bool seq_is_certain = true;
};

std::string_view* member_of(RawEnvelope& raw, std::string_view name) {
  if (name == "v") return &raw.version;
  if (name == "boot") return &raw.boot;
  if (name == "seq") return &raw.seq;
  if (name == "records") return &raw.records;
  return nullptr;
}

// nullopt when the text is no well-formed object.
std::optional<RawEnvelope> split_object(ondemand::parser& parser, std::string_view json) {
  ondemand::document document;
  ondemand::object object;
  const simdjson::padded_string_view padded(json.data(), json.size(), json.size() + decode_padding_bytes);
  if (parser.iterate(padded).get(document) || document.get_object().get(object)) return std::nullopt;
  RawEnvelope raw;
  for (auto member : object) {
    ondemand::field field;
    std::string_view name;
    if (std::move(member).get(field) || field.unescaped_key().get(name)) return std::nullopt;
    const auto text = text_of(field.value());
    if (!text) return std::nullopt;
    std::string_view* known = member_of(raw, name);
    if (known == nullptr) continue;
    if (!known->empty()) {
      raw.has_duplicate = true;
      raw.boot_is_certain = raw.boot_is_certain && name != "boot";
      raw.seq_is_certain = raw.seq_is_certain && name != "seq";
    }
    *known = *text;
  }
  if (document.current_location().error() == simdjson::SUCCESS) return std::nullopt;
  return raw;
}

std::optional<std::string> boot_of(std::string_view json) {
  if (json.empty() || json.front() != '"' || check_json(json)) return std::nullopt;
  // Escapes are rare in a boot id, but a string is a string.
  simdjson::ondemand::parser parser;
  const simdjson::padded_string padded(json);
  ondemand::document document;
  std::string_view boot;
  if (parser.iterate(padded).get(document) || document.get_string().get(boot)) return std::nullopt;
  return is_valid_boot(boot) ? std::optional<std::string>(boot) : std::nullopt;
}

std::optional<std::int64_t> seq_of(std::string_view json) {
  if (!is_json_number(json)) return std::nullopt;
  const auto seq = integral_value(json);
  return seq && *seq >= 1 ? std::optional<std::int64_t>(*seq) : std::nullopt;
}

bool is_version_one(std::string_view json) {
  if (!is_json_number(json)) return false;
  const auto version = integral_value(json);
  return version && *version == protocol_version;
}

bool is_blank(std::string_view text) {
  return trimmed(text).empty();
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

template <typename Record>
void decode_into(RecordDecoder& decoder, const Texts& texts, std::vector<Record>& records, Payload& payload) {
  records.reserve(texts.size());
  for (const std::string_view text : texts) {
    Record& record = records.emplace_back();
    if (const auto reason = decoder.decode(text, record)) {
      records.pop_back();
      payload.refused.push_back(refused_record(*reason, text));
    }
  }
}

}  // namespace

struct PayloadDecoder::State {
  ondemand::parser outer;
  RecordDecoder records;
  std::string buffer;  // the payload with its padding

  void decode_records(Stream stream, const Texts& texts, Payload& payload);
  void decode_bare(Stream stream, std::string_view whole, const Texts& texts, Payload& payload);
  void decode_envelope(Stream stream, std::string_view whole, const RawEnvelope& raw, Payload& payload);
  void decode_payload(Stream stream, std::string_view text, Payload& payload);
};

void PayloadDecoder::State::decode_records(Stream stream, const Texts& texts, Payload& payload) {
  switch (stream) {
    case Stream::customer:
      return decode_into(records, texts, payload.customers, payload);
    case Stream::consent:
      return decode_into(records, texts, payload.consents, payload);
    case Stream::pairing:
      return decode_into(records, texts, payload.pairings, payload);
    case Stream::accelerometer:
      return decode_into(records, texts, payload.accelerometer, payload);
    case Stream::step_trainer:
      return decode_into(records, texts, payload.step_trainer, payload);
    case Stream::gap:
      return decode_into(records, texts, payload.gaps, payload);
  }
}

void PayloadDecoder::State::decode_bare(Stream stream, std::string_view whole, const Texts& texts,
                                        Payload& payload) {
  if (texts.empty()) return;
  if (!accepts_bare_records(stream)) return refuse_message(payload, Reason::needs_envelope, whole);
  if (whole.size() > limits::max_message_bytes)
    return refuse_message(payload, Reason::message_too_long, whole);
  if (texts.size() > limits::max_batch_records)
    return refuse_message(payload, Reason::too_many_records, whole);
  decode_records(stream, texts, payload);
}

// A batch with a valid name is acknowledged even when all of it is quarantined, so that it is sent once. One
// without a valid name cannot be acknowledged: its device is told what could be read of it.
void PayloadDecoder::State::decode_envelope(Stream stream, std::string_view whole, const RawEnvelope& raw,
                                            Payload& payload) {
  auto boot = raw.boot_is_certain ? boot_of(raw.boot) : std::nullopt;
  const auto seq = raw.seq_is_certain ? seq_of(raw.seq) : std::nullopt;
  const bool right_version = is_version_one(raw.version);
  if (!right_version || !boot || !seq || raw.has_duplicate) {
    const Reason reason = right_version ? Reason::bad_envelope : Reason::unsupported_version;
    payload.refused_envelope = RefusedEnvelope{reason, std::move(boot), seq};
    return refuse_message(payload, reason, whole);
  }
  payload.name = BatchName{std::move(*boot), *seq};
  if (whole.size() > limits::max_message_bytes)
    return refuse_message(payload, Reason::message_too_long, whole);
  // The outer document was padded and is done with: its parser is free for the inner one.
  const auto texts = split_array(outer, raw.records);
  if (!texts) return refuse_message(payload, Reason::bad_envelope, whole);
  if (texts->size() > limits::max_batch_records)
    return refuse_message(payload, Reason::too_many_records, whole);
  decode_records(stream, *texts, payload);
}

void PayloadDecoder::State::decode_payload(Stream stream, std::string_view text, Payload& payload) {
  if (text.front() == '[') {
    if (const auto texts = split_array(outer, text)) return decode_bare(stream, text, *texts, payload);
  } else if (text.front() == '{') {
    if (const auto raw = split_object(outer, text)) {
      if (!raw->version.empty() && raw->version != "null")
        return decode_envelope(stream, text, *raw, payload);
      return decode_bare(stream, text, {text}, payload);
    }
  }
  if (looks_like_envelope(text)) {
    payload.refused_envelope = RefusedEnvelope{Reason::malformed_json, std::nullopt, std::nullopt};
    return refuse_message(payload, Reason::malformed_json, text);
  }
  if (text.find('\n') != std::string_view::npos) return decode_bare(stream, text, lines_of(text), payload);
  refuse_message(payload, accepts_bare_records(stream) ? why_no_object(text) : Reason::needs_envelope, text);
}

PayloadDecoder::PayloadDecoder() : state_(std::make_unique<State>()) {}
PayloadDecoder::~PayloadDecoder() = default;
PayloadDecoder::PayloadDecoder(PayloadDecoder&&) noexcept = default;
PayloadDecoder& PayloadDecoder::operator=(PayloadDecoder&&) noexcept = default;

Payload PayloadDecoder::decode(Stream stream, std::string_view bytes) {
  Payload payload;
  if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  const std::string_view text = trimmed(bytes);
  if (is_blank(text)) return payload;
  state_->buffer.reserve(text.size() + decode_padding_bytes);
  state_->buffer.assign(text);
  state_->buffer.append(decode_padding_bytes, ' ');
  state_->decode_payload(stream, std::string_view(state_->buffer).substr(0, text.size()), payload);
  return payload;
}

std::size_t Payload::landed_records() const {
  return customers.size() + consents.size() + pairings.size() + accelerometer.size() + step_trainer.size() +
         gaps.size();
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

RefusedRecord refused_record(Reason reason, std::string_view text) {
  RefusedRecord refused{reason, printable_payload(text)};
  refused.is_faithful = refused.payload == text;
  return refused;
}

std::string printable_payload(std::string_view bytes) {
  std::string text;
  text.reserve(std::min(bytes.size(), limits::max_quarantine_payload_bytes));
  while (!bytes.empty()) {
    const std::size_t valid = utf8_sequence(bytes);
    const std::string next =
        valid > 0 ? std::string(bytes.substr(0, valid)) : "\\x" + hex(bytes.substr(0, 1));
    if (text.size() + next.size() > limits::max_quarantine_payload_bytes) break;
    text += next;
    bytes.remove_prefix(std::max<std::size_t>(valid, 1));
  }
  return text;
}

}  // namespace stedi::wire
