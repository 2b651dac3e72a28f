#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace stedi::fuzz {

namespace {

constexpr std::size_t most_message_bytes = 512;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
}

}  // namespace

void require(bool holds, std::string_view law) {
  if (holds) return;
  std::fprintf(stderr, "broken law: %.*s\n", static_cast<int>(law.size()), law.data());
  std::abort();
}

void require_one_line(std::string_view message) {
  const bool is_one_line = !message.empty() && message.size() <= most_message_bytes &&
                           std::none_of(message.begin(), message.end(), is_control);
  if (!is_one_line) std::fprintf(stderr, "%.*s\n", static_cast<int>(message.size()), message.data());
  require(is_one_line, "an error is one line of bounded length");
}

}  // namespace stedi::fuzz
