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

// Why a text that should be one object is none: trailing_bytes when a whole value stands at its front,
// not_an_object when it is another value, else malformed_json.
Reason why_no_object(std::string_view text);

// A JSON string literal, quotes included. The text must be UTF-8.
std::string json_string(std::string_view text);

}  // namespace stedi
