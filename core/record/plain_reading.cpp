#include "core/record/plain_reading.hpp"

#include <array>

#include "core/record/limits.hpp"
#include "core/record/plain_reader.hpp"

namespace stedi {

namespace {

template <SensorReading Reading, std::size_t index>
using FieldType = std::remove_cvref_t<decltype(std::get<index>(SensorStream<Reading>::fields))>;

// What stands before the value of a field: {"user":" or ,"x":
template <SensorReading Reading, std::size_t index>
constexpr auto spelled_before = [] {
  constexpr std::string_view name = std::get<index>(SensorStream<Reading>::fields).name;
  constexpr bool is_text = std::same_as<FieldType<Reading, index>, OwnerField<Reading>>;
  std::array<char, name.size() + 4 + (is_text ? 1 : 0)> text{};
  auto* at = text.data();
  *at++ = index == 0 ? '{' : ',';
  *at++ = '"';
  for (const char c : name) *at++ = c;
  *at++ = '"';
  *at++ = ':';
  if (is_text) *at = '"';
  return text;
}();

template <typename Reading>
bool take_value(PlainReader& reader, const OwnerField<Reading>&, Reading&, std::string_view& owner) {
  return reader.take_text(owner, owner);
}
template <typename Reading>
bool take_value(PlainReader& reader, const TimeField<Reading>& field, Reading& out, std::string_view&) {
  return reader.take_integer(out.*field.member);
}
template <typename Reading>
bool take_value(PlainReader& reader, const ValueField<Reading, std::int64_t>& field, Reading& out,
                std::string_view&) {
  return reader.take_integer(out.*field.member);
}
template <typename Reading>
bool take_value(PlainReader& reader, const ValueField<Reading, double>& field, Reading& out,
                std::string_view&) {
  return reader.take_real(out.*field.member);
}

template <SensorReading Reading, std::size_t... index>
bool take_reading(PlainReader& reader, Reading& out, std::string_view& owner, std::index_sequence<index...>) {
  return ((reader.take(spelled_before<Reading, index>) &&
           take_value(reader, std::get<index>(SensorStream<Reading>::fields), out, owner)) &&
          ...) &&
         reader.take("}");
}

}  // namespace

template <SensorReading Reading>
std::size_t decode_plain_front(std::string_view json, Reading& out, std::string_view& owner) {
  PlainReader reader(json);
  out.extra.clear();
  constexpr auto every_field = std::make_index_sequence<field_count<Reading>>();
  return take_reading(reader, out, owner, every_field) && reader.taken_bytes() <= limits::max_record_bytes
             ? reader.taken_bytes()
             : 0;
}

template <SensorReading Reading>
bool decode_plain(std::string_view json, Reading& out) {
  std::string_view owner;
  if (decode_plain_front(json, out, owner) != json.size() || json.empty()) return false;
  owner_of(out).assign(owner);
  return true;
}

#define STEDI_DECODE_PLAIN(Reading)                                                       \
  template std::size_t decode_plain_front(std::string_view, Reading&, std::string_view&); \
  template bool decode_plain(std::string_view, Reading&);
STEDI_EACH_SENSOR_READING(STEDI_DECODE_PLAIN)
#undef STEDI_DECODE_PLAIN

}  // namespace stedi
