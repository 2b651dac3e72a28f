#include "core/record/number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

#include "core/record/limits.hpp"

namespace stedi {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Takes the digits at the front of `rest` off; false when there is none.
bool take_digits(std::string_view& rest) {
  std::size_t digits = 0;
  while (digits < rest.size() && is_digit(rest[digits])) ++digits;
  rest.remove_prefix(digits);
  return digits > 0;
}

bool take(std::string_view& rest, char c) {
  if (rest.empty() || rest.front() != c) return false;
  rest.remove_prefix(1);
  return true;
}

// A decimal number as sign, digits and a power of ten: digits × 10^exponent.
struct Decimal {
  bool negative = false;
  std::string digits;  // without leading and trailing zeros; empty: zero
  long exponent = 0;
};

long clamped_exponent(std::string_view text) {
  long value = 0;
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr long beyond_any_use = 1'000'000;
  if (parsed.ec == std::errc::result_out_of_range)
    value = text.front() == '-' ? -beyond_any_use : beyond_any_use;
  return std::clamp(value, -beyond_any_use, beyond_any_use);
}

Decimal decimal_of(std::string_view token) {
  Decimal decimal;
  if (token.front() == '-') {
    decimal.negative = true;
    token.remove_prefix(1);
  }
  const std::size_t e = token.find_first_of("eE");
  if (e != std::string_view::npos) decimal.exponent = clamped_exponent(token.substr(e + 1));
  const std::string_view mantissa = token.substr(0, e);
  const std::size_t point = mantissa.find('.');
  decimal.digits = mantissa.substr(0, point);
  if (point != std::string_view::npos) {
    decimal.digits += mantissa.substr(point + 1);
    decimal.exponent -= static_cast<long>(mantissa.size() - point - 1);
  }
  decimal.digits.erase(0, std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size()));
  while (!decimal.digits.empty() && decimal.digits.back() == '0') {
    decimal.digits.pop_back();
    ++decimal.exponent;
  }
  return decimal;
}

// What readings carry nearly always: up to 15 plain digits.
std::optional<std::int64_t> plain_integer(std::string_view token) {
  constexpr std::size_t always_within_limit = 15;
  const std::size_t sign = token.front() == '-' ? 1 : 0;
  if (token.size() - sign > always_within_limit) return std::nullopt;
  std::int64_t value = 0;
  const auto parsed = std::from_chars(token.data(), token.data() + token.size(), value);
  if (parsed.ptr != token.data() + token.size()) return std::nullopt;
  return value;
}

}  // namespace

bool is_json_number(std::string_view token) {
  take(token, '-');
  if (!take(token, '0') && !take_digits(token)) return false;
  if (take(token, '.') && !take_digits(token)) return false;
  if (take(token, 'e') || take(token, 'E')) {
    if (!take(token, '+')) take(token, '-');
    if (!take_digits(token)) return false;
  }
  return token.empty();
}

tl::expected<std::int64_t, Reason> integral_value(std::string_view token) {
  if (const auto plain = plain_integer(token)) return *plain;
  Decimal decimal = decimal_of(token);
  if (decimal.digits.empty()) return 0;
  if (decimal.exponent < 0) return tl::unexpected(Reason::fractional_time);
  constexpr std::size_t max_digits = 16;  // 2^53 - 1 has 16
  if (decimal.digits.size() + static_cast<std::size_t>(decimal.exponent) > max_digits) {
    return tl::unexpected(Reason::out_of_range);
  }
  decimal.digits.append(static_cast<std::size_t>(decimal.exponent), '0');
  std::int64_t value = 0;
  std::from_chars(decimal.digits.data(), decimal.digits.data() + decimal.digits.size(), value);
  if (value > limits::max_integer) return tl::unexpected(Reason::out_of_range);
  return decimal.negative ? -value : value;
}

std::optional<double> finite_value(std::string_view token) {
  double value = 0;
  const auto parsed = std::from_chars(token.data(), token.data() + token.size(), value);
  // from_chars calls too small and too large alike; strtod tells them apart.
  if (parsed.ec == std::errc::result_out_of_range) value = std::strtod(std::string(token).c_str(), nullptr);
  if (!std::isfinite(value)) return std::nullopt;
  return value == 0 ? 0.0 : value;
}

bool is_nonzero(std::string_view token) {
  return !decimal_of(token).digits.empty();
}

}  // namespace stedi
