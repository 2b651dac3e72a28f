// Walks over a JSON text by its brackets and quotes alone, and never outside of it. What is within a value is
// not validated: whoever reads the value does that. (simdjson's raw_json() of a malformed text may end
// anywhere in memory.)
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace stedi::wire {

class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : rest_(text) {}

  // Each of these first skips JSON's white space.
  bool at_end();
  // The next byte; '\0' at the end.
  char peek();
  bool take(char c);
  // A string literal, its quotes included; nullopt when there is none or it does not end.
  std::optional<std::string_view> take_string();
  // A value's text; nullopt when there is none, or its brackets or quotes do not close.
  std::optional<std::string_view> take_value();

  // An array: its elements' texts without the white space around them, empty where a comma stands too many.
  // False when there is no array or it does not close.
  bool take_elements(std::vector<std::string_view>& elements);

 private:
  std::string_view take_bytes(std::size_t count);
  std::string_view rest_;
};

}  // namespace stedi::wire
