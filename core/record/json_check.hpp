// Checks of whole JSON texts by nlohmann-json: for what is rare enough not to need speed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/record/reason.hpp"

namespace stedi {

// Checks one JSON value of any type: syntax, UTF-8, no U+0000, no duplicate key at any depth, finite numbers,
// strings, nesting and members within their limits, nothing after it. nullopt: it is sound.
std::optional<Reason> check_json(std::string_view text);

// Whether a text is one JSON value and nothing else, by syntax alone (and numbers within a double).
bool is_json(std::string_view text);

// Why a text that should be one object is none: trailing_bytes when a whole value stands at its front,
// not_an_object when it is another value, else malformed_json.
Reason why_no_object(std::string_view text);

// The text of a JSON string literal; it must be sound.
std::string json_string_value(std::string_view literal);

// A JSON string literal, quotes included. The text must be UTF-8.
std::string json_string(std::string_view text);

}  // namespace stedi
