// Rows of the oracles as lines: columns joined by '|', null as nothing, numbers as SQLite writes those of
// these tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace stedi::lakehouse {

inline std::string text(std::int64_t value) {
  return std::to_string(value);
}
inline std::string text(const std::optional<std::int64_t>& value) {
  return value ? std::to_string(*value) : "";
}
inline std::string text(double value) {
  std::string digits = std::to_string(value);
  while (digits.ends_with('0') && !digits.ends_with(".0")) digits.pop_back();
  return digits;
}
template <typename... Values>
std::string row(const std::string& first, const Values&... rest) {
  return (first + ... + ("|" + rest));
}

}  // namespace stedi::lakehouse
