#include "lakehouse/landing/sender_id.hpp"

#include <algorithm>

#include "core/digest/digest.hpp"

namespace stedi::landing {

namespace {

constexpr std::size_t id_digits = 32;
constexpr char digest_mark = '~';

bool is_random_id(std::string_view text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == id_digits && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace

std::string stored_sender_id(std::string_view id) {
  if (is_random_id(id)) return std::string(id);
  if (id.starts_with(digest_mark) && is_random_id(id.substr(1))) return std::string(id);
  return digest_mark + hex(sha256(id)).substr(0, id_digits);
}

}  // namespace stedi::landing
