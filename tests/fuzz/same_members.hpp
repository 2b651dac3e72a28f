// Whether an encoded record says what the text it was decoded from says, by nlohmann-json's account of both.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace stedi::fuzz {

struct RecordFields {
  std::span<const std::string_view> names;  // as encode() spells them
  std::string_view null_says_something;     // the one whose null is kept, or empty
  bool dates_may_overflow = false;          // a date beyond a double is no number for nlohmann (core/README)
  std::vector<std::string_view> any_spelling = {};  // texts that count trimmed, in any letter case
};

// Whether a number beyond a double is what nlohmann stops at.
bool overflows(std::string_view text);

// Requires that nlohmann accepts `text`, that no key comes twice, and that `encoded` has the same members:
// known names in any case, numbers by value, nulls of known fields left out.
void require_same_members(std::string_view text, std::string_view encoded, const RecordFields& fields);

}  // namespace stedi::fuzz
