#include "core/record/sensor_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stedi {

namespace {

using Placeholder = std::pair<std::string_view, std::string_view>;

template <SensorReading Reading>
SensorTable table_of() {
  using Declared = SensorStream<Reading>;
  SensorTable table{Declared::stream,
                    Declared::name,
                    Declared::owned_by,
                    owner_field<Reading>.name,
                    time_field<Reading>.name,
                    {},
                    {}};
  for_each_field<Reading>([&](const auto& field) { table.fields.push_back(field.name); });
  const auto add = [&]<typename Type>(const ValueField<Reading, Type>& field) {
    table.values.push_back({field.name, std::same_as<Type, double> ? "REAL" : "INTEGER", field.unit});
  };
  for_each_value_field<Reading>(add);
  return table;
}

std::string list_of(const std::vector<std::string_view>& names) {
  std::string list;
  for (const std::string_view name : names) list += (list.empty() ? "" : ", ") + std::string(name);
  return list;
}

std::string filled_in(std::string text, std::span<const Placeholder> placeholders) {
  for (const auto& [name, value] : placeholders) {
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
      text.replace(at, name.size(), value);
  }
  return text;
}

std::string with_each_value(std::string_view line, const SensorTable& table) {
  std::string lines;
  for (const ValueColumn& value : table.values) {
    const std::array<Placeholder, 3> placeholders = {
        {{"{value}", value.name}, {"{type}", value.type}, {"{unit}", value.unit}}};
    lines += filled_in(std::string(line), placeholders);
  }
  return lines;
}

}  // namespace

std::span<const SensorTable> sensor_tables() {
  static const std::vector<SensorTable> all = [] {
    std::vector<SensorTable> tables;
    for_each_sensor_reading([&]<typename Reading> { tables.push_back(table_of<Reading>()); });
    return tables;
  }();
  return all;
}

const SensorTable* sensor_table(std::string_view name) {
  const auto tables = sensor_tables();
  const auto found = std::ranges::find(tables, name, &SensorTable::name);
  return found == tables.end() ? nullptr : &*found;
}

std::string sql_about(const SensorTable& table, std::string_view sql) {
  std::string text;
  while (!sql.empty()) {
    const std::string_view line =
        sql.substr(0, sql.find('\n') == std::string_view::npos ? sql.size() : sql.find('\n') + 1);
    text += line.find("{value}") == std::string_view::npos ? std::string(line) : with_each_value(line, table);
    sql.remove_prefix(line.size());
  }
  const std::string fields = list_of(table.fields);
  std::vector<std::string_view> value_names;
  for (const ValueColumn& value : table.values) value_names.push_back(value.name);
  const std::string values = list_of(value_names);
  const std::array<Placeholder, 7> placeholders = {{{"{stream}", table.name},
                                                    {"{owner_id}", owner_column(table.owned_by)},
                                                    {"{owner_table}", owner_table(table.owned_by)},
                                                    {"{owner}", table.owner},
                                                    {"{time}", table.time},
                                                    {"{fields}", fields},
                                                    {"{values}", values}}};
  return filled_in(std::move(text), placeholders);
}

}  // namespace stedi
