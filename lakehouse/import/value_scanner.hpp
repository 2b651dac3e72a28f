// Where a value of a file ends: values stand one a line, over several lines, run together, with commas
// between them or in an array. Whether a value is a record, the decoder says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/record/limits.hpp"

namespace stedi::landing {

// What may stand between two values, in any number: white space, commas, an array's brackets.
constexpr bool is_between_values(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == ',' || c == '[' || c == ']';
}

// The first byte from `begin` on that is no white space within its line.
std::size_t end_of_blanks(std::string_view text, std::size_t begin);

// What may follow a value on its line without spoiling it.
constexpr bool may_follow_value(char c) {
  return c == '{' || is_between_values(c);
}

// Without white space around it and commas behind it.
std::string_view without_separators(std::string_view text);

// Follows one value, which may come in pieces. It ends with the brace that closes its first one. Text that
// cannot go on as JSON spoils its own record alone: it ends
//   - where a line begins with a brace that stands no deeper than the value's own line: the next record;
//   - of a value on one line, with that line, or before a brace that follows a comma or a brace;
//   - of a value over several lines, also with a closing brace that begins such a line.
// Spoiled text that is longer than a record may be ends like one on one line, so that it takes few neighbours
// along.
class ValueScanner {
 public:
  // `indentation`: the white space before the first byte of the line that the value begins on.
  static ValueScanner of_value(std::size_t indentation) { return {indentation, Part::value}; }
  // Text that is no value, or what follows one on its line.
  static ValueScanner of_other_text(std::size_t indentation) { return {indentation, Part::rest_of_spoiled}; }

  // Reads on in the value's next bytes: how many of them are its own; nullopt: all, and it has not ended.
  std::optional<std::size_t> find_end(std::string_view text);

 private:
  static constexpr int max_depth = 64;  // more than a record may have: deeper, it is spoiled

  enum class Part : std::uint8_t { value, string, escape, rest_of_spoiled };
  enum class Expected : std::uint8_t { value, key_or_end, colon, comma_or_end };
  enum class Step : std::uint8_t { go_on, ends_before, ends_after, spoiled };

  ValueScanner(std::size_t indentation, Part part) : indentation_(indentation), part_(part) {}
  Step take(char c);
  Step take_of_value(char c);
  Step take_of_string(char c);
  Step take_of_spoiled(char c);
  bool is_spoiled_for_long() const { return spoiled_bytes_ > limits::max_record_bytes; }
  Step open(char c);
  Step close(char c);
  void follow_line(char c);
  bool begins_outer_line() const { return line_ > 0 && at_line_start_ && column_ <= indentation_; }
  bool is_in_object() const { return (objects_ >> (depth_ - 1) & 1U) != 0; }

  std::size_t indentation_;
  Part part_;
  Expected expected_ = Expected::value;
  bool at_line_start_ = false;  // white space and commas alone stand before on this line
  bool is_within_word_ = false;
  char latest_ = 0;            // other than white space
  int depth_ = 0;              // of what is open
  std::uint64_t objects_ = 0;  // bit by depth: 1 an object, 0 an array
  std::size_t line_ = 0;       // line breaks so far
  std::size_t column_ = 0;     // white space since the line break
  std::size_t spoiled_bytes_ = 0;
};

// The values of a text that is at hand as a whole, spoiled ones too.
std::vector<std::string_view> values_of(std::string_view text);

}  // namespace stedi::landing
