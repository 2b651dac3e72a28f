#include "core/record/encode.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "core/record/identity.hpp"
#include "core/record/json_check.hpp"

namespace stedi {

namespace {

// One flat JSON object, written member by member.
class ObjectWriter {
 public:
  void add(std::string_view name, std::string_view value) { add_raw(name, json_string(value)); }
  void add(std::string_view name, std::int64_t value) { add_raw(name, std::to_string(value)); }
  void add(std::string_view name, double value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    add_raw(name, std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
  }
  template <typename T>
  void add(std::string_view name, const std::optional<T>& value) {
    if (value) add(name, *value);
  }
  void add_raw(std::string_view name, std::string_view json) {
    text_ += text_.empty() ? "{" : ",";
    text_ += '"';
    text_ += name;
    text_ += "\":";
    text_ += json;
  }
  // The members of another object's text. A line break in it is white space: strings hold none unescaped.
  void add_members(std::string_view object) {
    if (object.empty()) return;
    text_ += text_.empty() ? '{' : ',';
    const std::size_t from = text_.size();
    text_ += object.substr(1, object.size() - 2);
    const auto is_line_break = [](char c) { return c == '\n' || c == '\r'; };
    std::replace_if(text_.begin() + static_cast<std::ptrdiff_t>(from), text_.end(), is_line_break, ' ');
  }
  std::string finish() { return std::move(text_) + '}'; }

 private:
  std::string text_;
};

void add_dates(ObjectWriter& object, const CustomerRecord& record) {
  object.add("registrationDate", record.registration_ms);
  object.add("lastUpdateDate", record.last_update_ms);
  object.add("shareWithResearchAsOfDate", record.research_from_ms);
  object.add("shareWithPublicAsOfDate", record.public_from_ms);
  object.add("shareWithFriendsAsOfDate", record.friends_from_ms);
}

}  // namespace

std::string encode(const CustomerRecord& record) {
  ObjectWriter object;
  object.add("customerName", record.customer_name);
  object.add("email", record.email);
  object.add("phone", record.phone);
  object.add("birthDay", record.birth_day);
  object.add("serialNumber", record.serial_number);
  add_dates(object, record);
  object.add_members(record.extra);
  return object.finish();
}

template <SensorReading Reading>
std::string encode(const Reading& reading) {
  ObjectWriter object;
  for_each_field<Reading>([&](const auto& field) { object.add(field.name, reading.*field.member); });
  object.add_members(reading.extra);
  return object.finish();
}
#define STEDI_ENCODE(Reading) template std::string encode(const Reading&);
STEDI_EACH_SENSOR_READING(STEDI_ENCODE)
#undef STEDI_ENCODE

std::string encode(const ConsentEvent& event) {
  ObjectWriter object;
  object.add("email", event.email);
  object.add("purpose", event.purpose);
  object.add("action", std::string_view(event.action == ConsentEvent::Action::grant ? "grant" : "withdraw"));
  if (!event.time_is_unreadable) object.add("timestamp", event.timestamp_ms);
  object.add_members(event.extra);
  return object.finish();
}

std::string encode(const PairingEvent& event) {
  ObjectWriter object;
  object.add("serialNumber", event.serial_number);
  object.add_raw("email", event.email ? json_string(*event.email) : "null");
  object.add("timestamp", event.timestamp_ms);
  object.add_members(event.extra);
  return object.finish();
}

std::string encode(const GapRecord& gap) {
  ObjectWriter object;
  object.add("boot", gap.boot);
  object.add("stream", gap.stream);
  object.add("firstSeq", gap.first_seq);
  object.add("lastSeq", gap.last_seq);
  object.add("records", gap.records);
  object.add("reason", gap.reason);
  object.add("firstTime", gap.first_ms);
  object.add("lastTime", gap.last_ms);
  object.add_members(gap.extra);
  return object.finish();
}

std::string canonical_bytes(const CustomerRecord& record) {
  ObjectWriter object;
  object.add("email", email_identity(record.email));
  object.add("customerName", record.customer_name);
  object.add("phone", record.phone);
  object.add("birthDay", record.birth_day);
  if (record.serial_number && !trimmed(*record.serial_number).empty()) {
    object.add("serialNumber", trimmed(*record.serial_number));
  }
  add_dates(object, record);
  return object.finish();
}

}  // namespace stedi
