#include "tests/oracle/names.hpp"

namespace stedi::oracle {

std::string trimmed(std::string_view text) {
  constexpr std::string_view white_space = "\t\n\v\f\r ";
  const std::size_t first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(white_space) - first + 1));
}

std::string identity_of(std::string_view email) {
  std::string identity = trimmed(email);
  for (char& letter : identity) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return identity;
}

std::optional<std::string> serial_of(const std::optional<std::string>& text) {
  std::string serial = trimmed(text.value_or(""));
  return serial.empty() ? std::nullopt : std::optional(std::move(serial));
}

}  // namespace stedi::oracle
