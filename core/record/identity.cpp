#include "core/record/identity.hpp"

#include <algorithm>

namespace stedi {

namespace {
bool is_space(char c) {
  return c == ' ' || (c >= '\x09' && c <= '\x0d');
}
char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string email_identity(std::string_view email) {
  std::string identity(trimmed(email));
  std::transform(identity.begin(), identity.end(), identity.begin(), ascii_lower);
  return identity;
}

}  // namespace stedi
