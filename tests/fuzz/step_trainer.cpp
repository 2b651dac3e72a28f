#include <array>
#include <cstdlib>

#include "core/record/plain_reading.hpp"
#include "tests/fuzz/record_laws.hpp"
#include "tests/fuzz/target.hpp"

namespace stedi::fuzz {

void check(std::string_view input) {
  static constexpr std::array<std::string_view, 3> names = {"sensorReadingTime", "serialNumber",
                                                            "distanceFromObject"};
  StepTrainerReading plain;
  const bool is_plain = decode_plain(input, plain);
  const auto reading = require_record_laws<StepTrainerReading>(input, {names, "", false});
  require(!is_plain || (reading && encode(plain) == encode(*reading)),
          "a plain reading is a reading, the same");
  if (!reading) return;
  require(reading->serial_number.size() <= limits::max_string_bytes, "a string is bounded");
  require(std::abs(reading->reading_time_ms) <= limits::max_integer, "an integer is exact in a double");
  require(std::abs(reading->distance_from_object) <= limits::max_integer, "an integer is exact in a double");
}

}  // namespace stedi::fuzz
