#include "core/record/decode.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/record/identity.hpp"
#include "core/record/json_check.hpp"
#include "core/record/limits.hpp"
#include "core/record/number.hpp"

namespace stedi {

static_assert(decode_padding_bytes >= simdjson::SIMDJSON_PADDING);

namespace {

namespace ondemand = simdjson::ondemand;
using Refusal = std::optional<Reason>;

// One field's value. Scalars are taken from their token; simdjson then skips what was not read.
struct Value {
  enum class Kind { null, boolean, number, string, nested };
  Kind kind = Kind::null;
  std::string_view text;  // string: decoded; else: the JSON text
};

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

Refusal read_string(ondemand::value& json, Value& out) {
  out.kind = Value::Kind::string;
  if (json.get_string().get(out.text) != simdjson::SUCCESS) return Reason::malformed_json;
  if (out.text.size() > limits::max_string_bytes) return Reason::string_too_long;
  if (out.text.find('\0') != std::string_view::npos) return Reason::malformed_json;
  return std::nullopt;
}

// Unread nested values are not validated by simdjson: nlohmann checks their text. When they are malformed,
// its view of them may end beyond the record.
template <typename Nested>
Refusal read_nested(simdjson::simdjson_result<Nested> nested, std::string_view record, Value& out) {
  out.kind = Value::Kind::nested;
  Nested value;
  if (std::move(nested).get(value) != simdjson::SUCCESS) return Reason::malformed_json;
  if (value.raw_json().get(out.text) != simdjson::SUCCESS) return Reason::malformed_json;
  const auto left = static_cast<std::size_t>(record.data() + record.size() - out.text.data());
  if (out.text.size() > left) return Reason::malformed_json;
  return check_json(out.text);
}

// Not trimmed(): a vertical tab is no white space within JSON.
std::string_view without_white_space_after(std::string_view token) {
  return token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
}

Refusal read_token(std::string_view token, Value& out) {
  out.text = without_white_space_after(token);
  if (is_json_number(out.text)) {  // nearly always
    out.kind = Value::Kind::number;
  } else if (out.text == "null") {
    out.kind = Value::Kind::null;
  } else if (out.text == "true" || out.text == "false") {
    out.kind = Value::Kind::boolean;
  } else {
    return Reason::malformed_json;
  }
  return std::nullopt;
}

Refusal read_value(ondemand::value& json, std::string_view record, Value& out) {
  const std::string_view token = json.raw_json_token();
  switch (token.empty() ? '\0' : token.front()) {
    case '"':
      return read_string(json, out);
    case '{':
      return read_nested(json.get_object(), record, out);
    case '[':
      return read_nested(json.get_array(), record, out);
    default:
      return read_token(token, out);
  }
}

std::string json_text(const Value& value) {
  return value.kind == Value::Kind::string ? json_string(value.text) : std::string(value.text);
}

// ---- What a field may hold. A reader refuses the record, takes the value, or leaves it for `extra`.

enum class Taken { yes, no };
using ReadResult = tl::expected<Taken, Reason>;

ReadResult refuse(Reason reason) {
  return tl::unexpected(reason);
}

ReadResult required_text(const Value& value, std::string& out) {
  if (value.kind == Value::Kind::null) return refuse(Reason::missing_field);
  if (value.kind != Value::Kind::string) return refuse(Reason::wrong_type);
  if (trimmed(value.text).empty()) return refuse(Reason::empty_field);
  out.assign(value.text);
  return Taken::yes;
}

ReadResult required_integer(const Value& value, std::int64_t& out, Reason when_fractional) {
  if (value.kind == Value::Kind::null) return refuse(Reason::missing_field);
  if (value.kind != Value::Kind::number) return refuse(Reason::wrong_type);
  const auto integer = integral_value(value.text);
  if (integer) {
    out = *integer;
    return Taken::yes;
  }
  if (!finite_value(value.text)) return refuse(Reason::non_finite);
  return refuse(integer.error() == Reason::fractional_time ? when_fractional : integer.error());
}

ReadResult required_time(const Value& value, std::int64_t& out) {
  return required_integer(value, out, Reason::fractional_time);
}

ReadResult required_count(const Value& value, std::int64_t& out) {
  const auto taken = required_integer(value, out, Reason::wrong_type);
  return taken && out < 0 ? refuse(Reason::out_of_range) : taken;
}

ReadResult required_seq(const Value& value, std::int64_t& out) {
  const auto taken = required_integer(value, out, Reason::wrong_type);
  return taken && out < 1 ? refuse(Reason::out_of_range) : taken;
}

ReadResult required_real(const Value& value, double& out) {
  if (value.kind == Value::Kind::null) return refuse(Reason::missing_field);
  if (value.kind != Value::Kind::number) return refuse(Reason::wrong_type);
  const auto real = finite_value(value.text);
  if (!real) return refuse(Reason::non_finite);
  out = *real;
  return Taken::yes;
}

ReadResult optional_text(const Value& value, std::optional<std::string>& out) {
  if (value.kind == Value::Kind::null) return Taken::yes;
  if (value.kind == Value::Kind::number && !finite_value(value.text)) return refuse(Reason::non_finite);
  if (value.kind != Value::Kind::string) return Taken::no;
  out.emplace(value.text);
  return Taken::yes;
}

// A customer's date that is no integer never refuses the record.
ReadResult optional_date(const Value& value, std::optional<std::int64_t>& out) {
  if (value.kind == Value::Kind::null) return Taken::yes;
  if (value.kind != Value::Kind::number) return Taken::no;
  const auto integer = integral_value(value.text);
  if (!integer) return Taken::no;
  out = *integer;
  return Taken::yes;
}

// Anywhere else a number beyond a double refuses the record.
ReadResult optional_time(const Value& value, std::optional<std::int64_t>& out) {
  if (value.kind == Value::Kind::number && !finite_value(value.text)) return refuse(Reason::non_finite);
  return optional_date(value, out);
}

// ---- The fields of each record.

template <typename Record>
struct Field {
  std::string_view name;
  bool required;
  ReadResult (*read)(const Value&, Record&);
};

using C = CustomerRecord;
constexpr std::array customer_fields = {
    Field<C>{"customerName", false, [](const Value& v, C& c) { return optional_text(v, c.customer_name); }},
    Field<C>{"email", true, [](const Value& v, C& c) { return required_text(v, c.email); }},
    Field<C>{"phone", false, [](const Value& v, C& c) { return optional_text(v, c.phone); }},
    Field<C>{"birthDay", false, [](const Value& v, C& c) { return optional_text(v, c.birth_day); }},
    Field<C>{"serialNumber", false, [](const Value& v, C& c) { return optional_text(v, c.serial_number); }},
    Field<C>{"registrationDate", false,
             [](const Value& v, C& c) { return optional_date(v, c.registration_ms); }},
    Field<C>{"lastUpdateDate", false,
             [](const Value& v, C& c) {
               const auto taken = optional_date(v, c.last_update_ms);
               c.last_update_invalid = taken && *taken == Taken::no;
               return taken;
             }},
    Field<C>{"shareWithResearchAsOfDate", false,
             [](const Value& v, C& c) {
               c.research_is_number = v.kind == Value::Kind::number && is_nonzero(v.text);
               return optional_date(v, c.research_from_ms);
             }},
    Field<C>{"shareWithPublicAsOfDate", false,
             [](const Value& v, C& c) { return optional_date(v, c.public_from_ms); }},
    Field<C>{"shareWithFriendsAsOfDate", false,
             [](const Value& v, C& c) { return optional_date(v, c.friends_from_ms); }},
};

// A sensor stream's fields are all required.
template <typename R>
ReadResult read_declared(const Value& value, const OwnerField<R>& field, R& out) {
  return required_text(value, out.*field.member);
}
template <typename R>
ReadResult read_declared(const Value& value, const TimeField<R>& field, R& out) {
  return required_time(value, out.*field.member);
}
template <typename R>
ReadResult read_declared(const Value& value, const ValueField<R, double>& field, R& out) {
  return required_real(value, out.*field.member);
}
template <typename R>
ReadResult read_declared(const Value& value, const ValueField<R, std::int64_t>& field, R& out) {
  return required_integer(value, out.*field.member, Reason::wrong_type);
}

template <typename R, std::size_t... index>
constexpr auto fields_of(std::index_sequence<index...>) {
  return std::array{
      Field<R>{std::get<index>(SensorStream<R>::fields).name, true, [](const Value& value, R& out) {
                 return read_declared(value, std::get<index>(SensorStream<R>::fields), out);
               }}...};
}
template <SensorReading R>
constexpr auto sensor_fields = fields_of<R>(std::make_index_sequence<field_count<R>>());

// A consent event while it is read: whether a time that cannot be read refuses it is for its action to say,
// which may come later.
struct ReadConsent : ConsentEvent {
  std::optional<Reason> no_time = Reason::missing_field;
};
using K = ReadConsent;
ReadResult read_action(const Value& value, K& event) {
  std::string action;
  TRY(required_text(value, action));
  const bool withdraws = equals_ignoring_case(trimmed(action), "withdraw");
  if (action != "grant" && !withdraws) return refuse(Reason::wrong_type);
  event.action = withdraws ? K::Action::withdraw : K::Action::grant;
  return Taken::yes;
}
ReadResult read_consent_time(const Value& value, K& event) {
  const auto taken = required_time(value, event.timestamp_ms);
  event.no_time = taken ? std::nullopt : std::optional(taken.error());
  return taken || value.kind == Value::Kind::null ? Taken::yes : Taken::no;
}
constexpr std::array consent_fields = {
    Field<K>{"email", true, [](const Value& v, K& k) { return required_text(v, k.email); }},
    Field<K>{"purpose", true, [](const Value& v, K& k) { return required_text(v, k.purpose); }},
    Field<K>{"action", true, read_action},
    Field<K>{"timestamp", false, read_consent_time},
};

using P = PairingEvent;
// The one field whose null says something: it must be there, and null means nobody.
ReadResult read_paired_email(const Value& value, P& pairing) {
  if (value.kind == Value::Kind::null) return Taken::yes;
  return required_text(value, pairing.email.emplace());
}
constexpr std::array pairing_fields = {
    Field<P>{"serialNumber", true, [](const Value& v, P& p) { return required_text(v, p.serial_number); }},
    Field<P>{"email", true, read_paired_email},
    Field<P>{"timestamp", true, [](const Value& v, P& p) { return required_time(v, p.timestamp_ms); }},
};

using G = GapRecord;
constexpr std::array gap_fields = {
    Field<G>{"boot", true, [](const Value& v, G& g) { return required_text(v, g.boot); }},
    Field<G>{"stream", true, [](const Value& v, G& g) { return required_text(v, g.stream); }},
    Field<G>{"firstSeq", true, [](const Value& v, G& g) { return required_seq(v, g.first_seq); }},
    Field<G>{"lastSeq", true, [](const Value& v, G& g) { return required_seq(v, g.last_seq); }},
    Field<G>{"records", true, [](const Value& v, G& g) { return required_count(v, g.records); }},
    Field<G>{"reason", true, [](const Value& v, G& g) { return required_text(v, g.reason); }},
    Field<G>{"firstTime", false, [](const Value& v, G& g) { return optional_time(v, g.first_ms); }},
    Field<G>{"lastTime", false, [](const Value& v, G& g) { return optional_time(v, g.last_ms); }},
};

// Ready for the next record; a reading's strings keep their memory.
template <typename Record>
void clear(Record& record) {
  record = Record{};
}
template <SensorReading Reading>
void clear(Reading& reading) {
  reading.extra.clear();
}

// ---- One record.

// The fields seen so far, so that none comes twice in any spelling.
class SeenFields {
 public:
  Refusal add_known(std::size_t index) {
    const std::uint32_t bit = std::uint32_t{1} << index;
    if ((known_ & bit) != 0) return Reason::duplicate_key;
    known_ |= bit;
    return std::nullopt;
  }
  Refusal add_unknown(std::string_view name) {
    const auto same = [&](const std::string& other) { return equals_ignoring_case(name, other); };
    if (std::any_of(unknown_.begin(), unknown_.end(), same)) return Reason::duplicate_key;
    if (unknown_.size() == limits::max_unknown_fields) return Reason::nested_too_deep;
    unknown_.emplace_back(name);
    return std::nullopt;
  }
  bool has(std::size_t index) const { return (known_ & (std::uint32_t{1} << index)) != 0; }

 private:
  std::uint32_t known_ = 0;
  std::vector<std::string> unknown_;
};

void add_extra(std::string& extra, std::string_view name, const Value& value) {
  extra += extra.empty() ? "{" : ",";
  extra += json_string(name) + ":" + json_text(value);
}

template <typename Record>
Refusal read_unknown_field(std::string_view name, const Value& value, Record& out, SeenFields& seen) {
  if (auto again = seen.add_unknown(name)) return again;
  if (value.kind == Value::Kind::number && !finite_value(value.text)) return Reason::non_finite;
  add_extra(out.extra, name, value);
  return std::nullopt;
}

// Records nearly always carry their fields in our order and spelling: `expected` is looked at first.
template <typename Record, std::size_t count>
const Field<Record>* find_field(const std::array<Field<Record>, count>& fields, std::string_view name,
                                std::size_t expected) {
  if (expected < count && fields[expected].name == name) return &fields[expected];
  const auto same = [&](const auto& known) { return equals_ignoring_case(known.name, name); };
  const auto* found = std::find_if(fields.data(), fields.data() + count, same);
  return found == fields.data() + count ? nullptr : found;
}

template <typename Record, std::size_t count>
Refusal read_field(ondemand::field& json, std::string_view record,
                   const std::array<Field<Record>, count>& fields, std::size_t expected, Record& out,
                   SeenFields& seen) {
  std::string_view name;
  if (json.unescaped_key().get(name) != simdjson::SUCCESS) return Reason::malformed_json;
  if (name.size() > limits::max_string_bytes) return Reason::string_too_long;
  if (name.find('\0') != std::string_view::npos) return Reason::malformed_json;
  Value value;
  if (auto refusal = read_value(json.value(), record, value)) return refusal;

  const auto* field = find_field(fields, name, expected);
  if (field == nullptr) return read_unknown_field(name, value, out, seen);
  if (auto again = seen.add_known(static_cast<std::size_t>(field - fields.data()))) return again;
  const auto taken = field->read(value, out);
  if (!taken) return taken.error();
  if (*taken == Taken::no) add_extra(out.extra, name, value);
  return std::nullopt;
}

template <typename Record, std::size_t count>
Refusal read_object(ondemand::object& object, std::string_view record,
                    const std::array<Field<Record>, count>& fields, Record& out) {
  SeenFields seen;
  std::size_t place = 0;
  for (auto member : object) {
    ondemand::field field;
    if (std::move(member).get(field) != simdjson::SUCCESS) return Reason::malformed_json;
    if (auto refusal = read_field(field, record, fields, place++, out, seen)) return refusal;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (fields[i].required && !seen.has(i)) return Reason::missing_field;
  }
  if (!out.extra.empty()) out.extra += '}';
  return std::nullopt;
}

template <typename Record, std::size_t count>
Refusal decode_record(ondemand::parser& parser, std::string_view json,
                      const std::array<Field<Record>, count>& fields, Record& out) {
  const std::string_view text = trimmed(json);
  if (text.size() > limits::max_record_bytes) return Reason::record_too_long;
  if (text.empty() || text.front() != '{') return why_no_object(text);
  clear(out);
  ondemand::document document;
  ondemand::object object;
  const simdjson::padded_string_view padded(text.data(), text.size(), text.size() + decode_padding_bytes);
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return why_no_object(text);
  if (document.get_object().get(object) != simdjson::SUCCESS) return why_no_object(text);
  const Refusal refusal = read_object(object, text, fields, out);
  if (refusal == Reason::malformed_json && why_no_object(text) == Reason::trailing_bytes) {
    return Reason::trailing_bytes;
  }
  // At the end of the document there is no current location any more.
  if (!refusal && document.current_location().error() == simdjson::SUCCESS) return Reason::trailing_bytes;
  return refusal;
}

}  // namespace

struct RecordDecoder::Parser {
  ondemand::parser simdjson;
};

RecordDecoder::RecordDecoder() : parser_(std::make_unique<Parser>()) {}
RecordDecoder::~RecordDecoder() = default;
RecordDecoder::RecordDecoder(RecordDecoder&&) noexcept = default;
RecordDecoder& RecordDecoder::operator=(RecordDecoder&&) noexcept = default;

Refusal RecordDecoder::decode(std::string_view json, CustomerRecord& out) {
  return decode_record(parser_->simdjson, json, customer_fields, out);
}
template <SensorReading Reading>
Refusal RecordDecoder::decode(std::string_view json, Reading& out) {
  return decode_record(parser_->simdjson, json, sensor_fields<Reading>, out);
}
#define STEDI_DECODE(Reading) template Refusal RecordDecoder::decode(std::string_view, Reading&);
STEDI_EACH_SENSOR_READING(STEDI_DECODE)
#undef STEDI_DECODE
// Doubt never widens consent: a withdrawal counts although nobody can read its time, a grant does not.
Refusal RecordDecoder::decode(std::string_view json, ConsentEvent& out) {
  ReadConsent read;
  if (const auto refusal = decode_record(parser_->simdjson, json, consent_fields, read)) return refusal;
  const bool grants = read.action == ConsentEvent::Action::grant;
  if (read.no_time && grants) return read.no_time;
  if (!grants && equals_ignoring_case(trimmed(read.purpose), "research")) read.purpose = "research";
  read.time_is_unreadable = read.no_time.has_value();
  out = std::move(static_cast<ConsentEvent&>(read));
  return std::nullopt;
}
Refusal RecordDecoder::decode(std::string_view json, PairingEvent& out) {
  return decode_record(parser_->simdjson, json, pairing_fields, out);
}
Refusal RecordDecoder::decode(std::string_view json, GapRecord& out) {
  return decode_record(parser_->simdjson, json, gap_fields, out);
}

}  // namespace stedi
