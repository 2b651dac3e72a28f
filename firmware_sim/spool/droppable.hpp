// What may give way when the spool's bounds force something out: readings alone. What people said and gap
// records never do.
#pragma once

#include <string>

#include "core/record/sensor_stream.hpp"

namespace stedi::firmware {

constexpr bool may_be_dropped(Stream stream) {
  return is_sensor_stream(stream);
}

// The same as a condition on rows with a column `stream`.
inline std::string is_droppable_sql() {
  std::string names;
  for_each_sensor_reading([&]<typename Reading> {
    names += (names.empty() ? "'" : ", '") + std::string(SensorStream<Reading>::name) + "'";
  });
  return "stream IN (" + names + ")";
}

}  // namespace stedi::firmware
