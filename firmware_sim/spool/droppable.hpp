// What may give way when the spool's bounds force something out: readings alone. What people said and gap
// records never do.
#pragma once

#include <algorithm>
#include <array>
#include <string>

#include "core/record/records.hpp"
#include "core/wire/topic.hpp"

namespace stedi::firmware {

inline constexpr std::array droppable_streams = {Stream::accelerometer, Stream::step_trainer};

constexpr bool may_be_dropped(Stream stream) {
  return std::find(droppable_streams.begin(), droppable_streams.end(), stream) != droppable_streams.end();
}

// The same as a condition on rows with a column `stream`.
inline std::string is_droppable_sql() {
  std::string names;
  for (const Stream stream : droppable_streams)
    names += (names.empty() ? "'" : ", '") + std::string(wire::stream_name(stream)) + "'";
  return "stream IN (" + names + ")";
}

}  // namespace stedi::firmware
