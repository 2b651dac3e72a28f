#include "core/record/plain_reading.hpp"

#include <array>
#include <cstdint>
#include <string>

#include "core/record/limits.hpp"

namespace stedi {

namespace {

// Integers of this many digits are within limits::max_integer, and exact in a double.
constexpr std::size_t max_digits = 15;
constexpr std::array<double, max_digits + 1> powers_of_ten = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                              1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_plain(char c) {
  return c > 0x20 && c < 0x7f && c != '"' && c != '\\';
}

class Reader {
 public:
  explicit Reader(std::string_view json) : at_(json.data()), end_(json.data() + json.size()) {}

  bool take(std::string_view literal) {
    if (static_cast<std::size_t>(end_ - at_) < literal.size()) return false;
    if (std::char_traits<char>::compare(at_, literal.data(), literal.size()) != 0) return false;
    at_ += literal.size();
    return true;
  }

  bool at_end() const { return at_ == end_; }

  // The inside of a string of visible ASCII, and its closing quote.
  bool take_text(std::string& out) {
    const char* const start = at_;
    while (at_ < end_ && is_plain(*at_)) ++at_;
    const auto size = static_cast<std::size_t>(at_ - start);
    if (size == 0 || size > limits::max_string_bytes || !take("\"")) return false;
    out.assign(start, size);
    return true;
  }

  bool take_integer(std::int64_t& out) {
    const bool negative = take_minus();
    std::size_t digits = 0;
    std::int64_t value = 0;
    if (!take_whole_part(value, digits)) return false;
    out = negative ? -value : value;
    return true;
  }

  // Digits and a power of ten that a double both holds exactly: their quotient is the nearest double.
  bool take_real(double& out) {
    const bool negative = take_minus();
    std::size_t digits = 0;
    std::int64_t value = 0;
    if (!take_whole_part(value, digits)) return false;
    std::size_t decimals = 0;
    if (at_ < end_ && *at_ == '.') {
      ++at_;
      for (; at_ < end_ && is_digit(*at_); ++at_, ++decimals) {
        if (++digits > max_digits) return false;
        value = value * 10 + (*at_ - '0');
      }
      if (decimals == 0) return false;
    }
    const double real = static_cast<double>(value) / powers_of_ten[decimals];
    out = negative && value != 0 ? -real : real;
    return true;
  }

 private:
  bool take_minus() {
    const bool minus = at_ < end_ && *at_ == '-';
    if (minus) ++at_;
    return minus;
  }

  bool take_whole_part(std::int64_t& value, std::size_t& digits) {
    const char* const start = at_;
    for (; at_ < end_ && is_digit(*at_); ++at_) {
      if (++digits > max_digits) return false;
      value = value * 10 + (*at_ - '0');
    }
    return digits == 1 || (digits > 1 && *start != '0');
  }

  const char* at_;
  const char* end_;
};

}  // namespace

bool decode_plain(std::string_view json, AccelerometerReading& out) {
  if (json.size() > limits::max_record_bytes) return false;
  Reader reader(json);
  out.extra.clear();
  return reader.take(R"({"user":")") && reader.take_text(out.user) && reader.take(R"(,"timestamp":)") &&
         reader.take_integer(out.timestamp_ms) && reader.take(R"(,"x":)") && reader.take_real(out.x) &&
         reader.take(R"(,"y":)") && reader.take_real(out.y) && reader.take(R"(,"z":)") &&
         reader.take_real(out.z) && reader.take("}") && reader.at_end();
}

bool decode_plain(std::string_view json, StepTrainerReading& out) {
  if (json.size() > limits::max_record_bytes) return false;
  Reader reader(json);
  out.extra.clear();
  return reader.take(R"({"sensorReadingTime":)") && reader.take_integer(out.reading_time_ms) &&
         reader.take(R"(,"serialNumber":")") && reader.take_text(out.serial_number) &&
         reader.take(R"(,"distanceFromObject":)") && reader.take_integer(out.distance_from_object) &&
         reader.take("}") && reader.at_end();
}

}  // namespace stedi
