#include "core/wire/json_cursor.hpp"

#include <array>
#include <cstdint>

#include "core/record/identity.hpp"

namespace stedi::wire {

namespace {

enum class Kind : std::uint8_t { other, white, quote, open, close, comma, colon };

constexpr std::array<Kind, 256> make_kinds() {
  std::array<Kind, 256> kinds{};
  for (const char c : {' ', '\t', '\n', '\r'}) kinds[static_cast<unsigned char>(c)] = Kind::white;
  for (const char c : {'{', '['}) kinds[static_cast<unsigned char>(c)] = Kind::open;
  for (const char c : {'}', ']'}) kinds[static_cast<unsigned char>(c)] = Kind::close;
  kinds['"'] = Kind::quote;
  kinds[','] = Kind::comma;
  kinds[':'] = Kind::colon;
  return kinds;
}
constexpr std::array<Kind, 256> kinds = make_kinds();

Kind kind_of(char c) {
  return kinds[static_cast<unsigned char>(c)];
}

constexpr std::size_t none = std::string_view::npos;

// Where the string that opens at `from` has its closing quote; none when it does not end.
std::size_t closing_quote(std::string_view text, std::size_t from) {
  for (std::size_t i = from + 1; i < text.size(); ++i) {
    if (text[i] == '"') return i;
    if (text[i] == '\\') ++i;
  }
  return none;
}

// How many bytes the array or object at the front of `text` has; none when it does not close.
std::size_t bracketed_bytes(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (kind_of(text[i])) {
      case Kind::quote:
        i = closing_quote(text, i);
        if (i == none) return none;
        break;
      case Kind::open:
        ++depth;
        break;
      case Kind::close:
        if (--depth == 0) return i + 1;
        break;
      default:
        break;
    }
  }
  return none;
}

std::size_t scalar_bytes(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && kind_of(text[size]) == Kind::other) ++size;
  return size;
}

}  // namespace

std::string_view JsonCursor::take_bytes(std::size_t count) {
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

char JsonCursor::peek() {
  while (!rest_.empty() && kind_of(rest_.front()) == Kind::white) rest_.remove_prefix(1);
  return rest_.empty() ? '\0' : rest_.front();
}

bool JsonCursor::at_end() {
  peek();
  return rest_.empty();
}

bool JsonCursor::take(char c) {
  if (peek() != c || rest_.empty()) return false;
  rest_.remove_prefix(1);
  return true;
}

std::optional<std::string_view> JsonCursor::take_string() {
  if (peek() != '"') return std::nullopt;
  const std::size_t end = closing_quote(rest_, 0);
  if (end == none) return std::nullopt;
  return take_bytes(end + 1);
}

std::optional<std::string_view> JsonCursor::take_value() {
  const Kind kind = kind_of(peek());
  if (kind == Kind::quote) return take_string();
  const std::size_t size = kind == Kind::open ? bracketed_bytes(rest_) : scalar_bytes(rest_);
  if (size == none || size == 0) return std::nullopt;
  return take_bytes(size);
}

bool JsonCursor::take_elements(std::vector<std::string_view>& elements) {
  elements.clear();
  if (peek() != '[') return false;
  const auto add = [&](std::size_t from, std::size_t to) {
    elements.push_back(trimmed(rest_.substr(from, to - from)));
  };
  std::size_t depth = 1;
  std::size_t start = 1;
  for (std::size_t i = 1; i < rest_.size(); ++i) {
    switch (kind_of(rest_[i])) {
      case Kind::quote:
        i = closing_quote(rest_, i);
        if (i == none) return false;
        break;
      case Kind::open:
        ++depth;
        break;
      case Kind::comma:
        if (depth > 1) break;
        add(start, i);
        start = i + 1;
        break;
      case Kind::close: {
        if (--depth > 0) break;
        if (rest_[i] != ']') return false;
        const bool empty = elements.empty() && trimmed(rest_.substr(start, i - start)).empty();
        if (!empty) add(start, i);
        take_bytes(i + 1);
        return true;
      }
      default:
        break;
    }
  }
  return false;
}

}  // namespace stedi::wire
