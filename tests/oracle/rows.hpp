// Rows of tables as text, for comparison as multisets.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stedi::oracle {

// One row a string: its cells with their type, in column order. Sorted, so that equal multisets are equal
// vectors.
using Rows = std::vector<std::string>;
using Tables = std::map<std::string, Rows, std::less<>>;

// One cell; a row is its cells one after the other.
std::string cell(std::int64_t value);
std::string cell(double value);
std::string cell(std::string_view value);
std::string null_cell();
template <typename Value>
std::string cell_or_null(const std::optional<Value>& value) {
  return value ? cell(*value) : null_cell();
}

// "" when every table of `expected` has the same rows in `actual`; else which differ, and the first rows that
// stand on one side alone.
std::string difference(const Tables& expected, const Tables& actual);

}  // namespace stedi::oracle
