// What of an entry its seal covers: every value with its type and length, so that no two entries read alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/sqlite/database.hpp"

namespace stedi::lakehouse {

// The columns of consent_ledger that a seal covers, in its order.
inline constexpr std::string_view sealed_columns =
    "entry, recorded, received, subject, statement, statement_id, cause, origin, counts_at, effect, "
    "granted_from, changed";
inline constexpr int sealed_column_count = 12;

namespace sealed {

using Type = sqlite::Statement::Type;

inline void append(std::string& text, Type type, std::string_view value) {
  text += static_cast<char>('0' + static_cast<int>(type));
  text += std::to_string(value.size());
  text += ':';
  text += value;
}
inline void append(std::string& text, std::int64_t value) {
  append(text, Type::integer, std::to_string(value));
}
inline void append(std::string& text, std::string_view value) {
  append(text, Type::text, value);
}
inline void append(std::string& text, const std::optional<std::int64_t>& value) {
  if (value) return append(text, *value);
  append(text, Type::null, "");
}

}  // namespace sealed

// Of values on their way into a row.
template <typename... Values>
std::string sealed_text(const Values&... values) {
  std::string text;
  (sealed::append(text, values), ...);
  return text;
}

// Of a row read back, whose first columns are `sealed_columns`.
inline std::string sealed_text_of(const sqlite::Statement& row) {
  std::string text;
  for (int column = 0; column < sealed_column_count; ++column) {
    const auto type = row.type(column);  // before text(), which may convert the value
    sealed::append(text, type, row.text(column));
  }
  return text;
}

}  // namespace stedi::lakehouse
