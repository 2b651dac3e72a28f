#include <array>
#include <cmath>

#include "core/record/plain_reading.hpp"
#include "tests/fuzz/record_laws.hpp"
#include "tests/fuzz/target.hpp"

namespace stedi::fuzz {

void check(std::string_view input) {
  static constexpr std::array<std::string_view, 5> names = {"user", "timestamp", "x", "y", "z"};
  AccelerometerReading plain;
  const bool is_plain = decode_plain(input, plain);
  const auto reading = require_record_laws<AccelerometerReading>(input, {names, "", false});
  require(!is_plain || (reading && encode(plain) == encode(*reading)),
          "a plain reading is a reading, the same");
  if (!reading) return;
  require(reading->user.size() <= limits::max_string_bytes, "a string is bounded");
  require(std::abs(reading->timestamp_ms) <= limits::max_integer, "an integer is exact in a double");
  for (const double value : {reading->x, reading->y, reading->z}) {
    require(std::isfinite(value), "a reading is finite");
    require(value != 0 || !std::signbit(value), "minus zero is zero");
  }
}

}  // namespace stedi::fuzz
