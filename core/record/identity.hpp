// How two spellings of an email or a serial are held to be the same.
#pragma once

#include <string>
#include <string_view>

namespace stedi {

// Without ASCII white space (09-0D and 20) at both ends.
std::string_view trimmed(std::string_view text);

// An email's identity: trimmed, ASCII letters in lower case.
std::string email_identity(std::string_view email);

}  // namespace stedi
