// How two spellings of an email or a serial are held to be the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stedi::oracle {

// Without ASCII 09-0D and 20 at both ends.
std::string trimmed(std::string_view text);
// An email: trimmed, ASCII letters in lower case.
std::string identity_of(std::string_view email);
// A serial: trimmed; nullopt: none.
std::optional<std::string> serial_of(const std::optional<std::string>& text);

}  // namespace stedi::oracle
