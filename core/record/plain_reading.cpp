#include "core/record/plain_reading.hpp"

#include "core/record/limits.hpp"
#include "core/record/plain_reader.hpp"
#include "core/record/reading_block.hpp"

namespace stedi {

namespace {

bool take_reading(PlainReader& reader, AccelerometerReading& out, std::string_view& owner) {
  return reader.take(R"({"user":")") && reader.take_text(owner, owner) && reader.take(R"(,"timestamp":)") &&
         reader.take_integer(out.timestamp_ms) && reader.take(R"(,"x":)") && reader.take_real(out.x) &&
         reader.take(R"(,"y":)") && reader.take_real(out.y) && reader.take(R"(,"z":)") &&
         reader.take_real(out.z) && reader.take("}");
}

bool take_reading(PlainReader& reader, StepTrainerReading& out, std::string_view& owner) {
  return reader.take(R"({"sensorReadingTime":)") && reader.take_integer(out.reading_time_ms) &&
         reader.take(R"(,"serialNumber":")") && reader.take_text(owner, owner) &&
         reader.take(R"(,"distanceFromObject":)") && reader.take_integer(out.distance_from_object) &&
         reader.take("}");
}

template <typename Reading>
std::size_t decode_front(std::string_view json, Reading& out, std::string_view& owner) {
  PlainReader reader(json);
  out.extra.clear();
  return take_reading(reader, out, owner) && reader.taken_bytes() <= limits::max_record_bytes
             ? reader.taken_bytes()
             : 0;
}

template <typename Reading>
bool decode_whole(std::string_view json, Reading& out) {
  std::string_view owner;
  if (decode_front(json, out, owner) != json.size() || json.empty()) return false;
  owner_of(out).assign(owner);
  return true;
}

}  // namespace

bool decode_plain(std::string_view json, AccelerometerReading& out) {
  return decode_whole(json, out);
}

bool decode_plain(std::string_view json, StepTrainerReading& out) {
  return decode_whole(json, out);
}

std::size_t decode_plain_front(std::string_view json, AccelerometerReading& out, std::string_view& owner) {
  return decode_front(json, out, owner);
}

std::size_t decode_plain_front(std::string_view json, StepTrainerReading& out, std::string_view& owner) {
  return decode_front(json, out, owner);
}

}  // namespace stedi
