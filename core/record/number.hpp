// JSON number tokens, taken at their exact decimal value: 1.65e12 is the integer it says, and
// 9007199254740993.0 does not become its neighbour on the way through a double.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/record/reason.hpp"
#include "core/result.hpp"

namespace stedi {

// Whether `token` is a number by RFC 8259, nothing before or after it.
bool is_json_number(std::string_view token);

// The value of a number token that is integral and within limits::max_integer, else
// Reason::fractional_time or Reason::out_of_range. The token must be a JSON number.
tl::expected<std::int64_t, Reason> integral_value(std::string_view token);

// The value as a double, -0 as 0; nullopt when it is too large for one. The token must be a JSON number.
std::optional<double> finite_value(std::string_view token);

// Whether the number is other than 0, exactly. The token must be a JSON number.
bool is_nonzero(std::string_view token);

}  // namespace stedi
