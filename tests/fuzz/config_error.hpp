// What an error of a configuration file may say.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "tests/fuzz/require.hpp"

namespace stedi::fuzz {

// `read` returns the error of a text, empty when there is none.
inline void require_error_laws(std::string_view input,
                               const std::function<std::string(std::string_view)>& read) {
  const std::string error = read(input);
  if (!error.empty()) require_one_line(error);
  constexpr std::string_view secret = "plugh-xyzzy";
  if (input.find(secret) != std::string_view::npos) return;  // as a key it may be shown
  for (const std::string_view line :
       {"\npassword = \"", "\n[broker]\npassword = \"", "\n[broker]\npassword = "}) {
    std::string with_secret(input);
    with_secret.append(line).append(secret).append("\"\n");
    require(read(with_secret).find(secret) == std::string::npos, "an error shows no value of the file");
  }
}

}  // namespace stedi::fuzz
