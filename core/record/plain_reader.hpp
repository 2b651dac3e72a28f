// Reads JSON that is spelled as this project spells it, a piece at a time. What is spelled otherwise it does
// not take: the general decoders do.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/record/limits.hpp"

namespace stedi {

class PlainReader {
 public:
  explicit PlainReader(std::string_view json)
      : start_(json.data()), at_(json.data()), end_(json.data() + json.size()) {}

  // A text of the program: its length is known when it is compiled.
  template <std::size_t size>
  bool take(const char (&literal)[size]) {
    return take_bytes<size - 1>(literal);
  }
  template <std::size_t size>
  bool take(const std::array<char, size>& text) {
    return take_bytes<size>(text.data());
  }

  bool at_end() const { return at_ == end_; }
  std::size_t taken_bytes() const { return static_cast<std::size_t>(at_ - start_); }
  std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }
  void skip(std::size_t bytes) { at_ += bytes; }

  // The inside of a string of visible ASCII, at least one character, and its closing quote. `guess` is what
  // it often is: then it is compared and not searched.
  bool take_text(std::string_view& out, std::string_view guess = {}) {
    if (!guess.empty() && rest().starts_with(guess) && at_ + guess.size() < end_ &&
        at_[guess.size()] == '"') {
      out = {at_, guess.size()};
      at_ += guess.size() + 1;
      return true;
    }
    const char* const start = at_;
    while (at_ < end_ && is_plain(*at_)) ++at_;
    const auto size = static_cast<std::size_t>(at_ - start);
    if (size == 0 || size > limits::max_string_bytes || !take("\"")) return false;
    out = {start, size};
    return true;
  }

  bool take_integer(std::int64_t& out) {
    const bool negative = take_minus();
    std::size_t digits = 0;
    std::int64_t value = 0;
    if (!take_whole_part(value, digits)) return false;
    out = negative ? -value : value;
    return true;
  }

  // Digits and a power of ten that a double both holds exactly: their quotient is the nearest double.
  bool take_real(double& out) {
    const bool negative = take_minus();
    std::size_t digits = 0;
    std::int64_t value = 0;
    if (!take_whole_part(value, digits)) return false;
    std::size_t decimals = 0;
    if (at_ < end_ && *at_ == '.') {
      ++at_;
      for (; at_ < end_ && is_digit(*at_); ++at_, ++decimals) {
        if (++digits > max_digits) return false;
        value = value * 10 + (*at_ - '0');
      }
      if (decimals == 0) return false;
    }
    const double real =
        decimals == 0 ? static_cast<double>(value) : static_cast<double>(value) / powers_of_ten[decimals];
    out = negative && value != 0 ? -real : real;
    return true;
  }

 private:
  // Integers of this many digits are within limits::max_integer, and exact in a double.
  static constexpr std::size_t max_digits = 15;
  static constexpr std::array<double, max_digits + 1> powers_of_ten = {
      1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

  template <std::size_t length>
  bool take_bytes(const char* text) {
    if (static_cast<std::size_t>(end_ - at_) < length || std::memcmp(at_, text, length) != 0) return false;
    at_ += length;
    return true;
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_plain(char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; }

  bool take_minus() {
    const bool minus = at_ < end_ && *at_ == '-';
    if (minus) ++at_;
    return minus;
  }

  bool take_whole_part(std::int64_t& value, std::size_t& digits) {
    const char* const start = at_;
    for (; at_ < end_ && is_digit(*at_); ++at_) {
      if (++digits > max_digits) return false;
      value = value * 10 + (*at_ - '0');
    }
    return digits == 1 || (digits > 1 && *start != '0');
  }

  const char* start_;
  const char* at_;
  const char* end_;
};

}  // namespace stedi
