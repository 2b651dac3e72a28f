// Sensor streams as SQL sees them: what is alike for all of them is written once, as text with placeholders.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/sensor_stream.hpp"

namespace stedi {

struct ValueColumn {
  std::string_view name;
  std::string_view type;  // REAL or INTEGER
  std::string_view unit;
};

struct SensorTable {
  Stream stream;
  std::string_view name;  // of the stream, and of its table in landing.db
  OwnedBy owned_by;
  std::string_view owner;  // the field with its user or serial number
  std::string_view time;
  std::vector<ValueColumn> values;
  std::vector<std::string_view> fields;  // all of them, as devices spell them and views show them
};

// One a sensor stream, in the declared order.
std::span<const SensorTable> sensor_tables();
// nullptr: no sensor stream has that name.
const SensorTable* sensor_table(std::string_view name);

// `sql` about one stream: {stream}, {owner_id}, {owner_table}, {owner}, {time}, {fields} and {values} (lists)
// are filled in; a line with {value} stands once for each value, with its {type} and {unit}.
std::string sql_about(const SensorTable& table, std::string_view sql);

}  // namespace stedi
