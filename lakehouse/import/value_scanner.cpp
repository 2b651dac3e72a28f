#include "lakehouse/import/value_scanner.hpp"

#include <algorithm>

#include "core/record/identity.hpp"

namespace stedi::landing {

namespace {

constexpr bool is_white_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

constexpr bool is_of_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '+' ||
         c == '.';
}

std::size_t size_of_other_text(std::string_view text) {
  return ValueScanner::of_other_text(0).find_end(text).value_or(text.size());
}

std::size_t size_of_value(std::string_view text) {
  if (text.front() != '{') return size_of_other_text(text);
  const std::size_t end = ValueScanner::of_value(0).find_end(text).value_or(text.size());
  const std::size_t next = end_of_blanks(text, end);
  if (text[end - 1] != '}' || next == text.size() || may_follow_value(text[next])) return end;
  return next + size_of_other_text(text.substr(next));
}

}  // namespace

std::size_t end_of_blanks(std::string_view text, std::size_t begin) {
  while (begin < text.size() && text[begin] != '\n' && is_white_space(text[begin])) ++begin;
  return begin;
}

std::string_view without_separators(std::string_view text) {
  text = trimmed(text);
  while (text.ends_with(',')) text = trimmed(text.substr(0, text.size() - 1));
  return text;
}

std::optional<std::size_t> ValueScanner::find_end(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    Step step = take(text[at]);
    if (step == Step::spoiled) {
      part_ = Part::rest_of_spoiled;
      step = take(text[at]);
    }
    if (step == Step::ends_before) return at;
    if (step == Step::ends_after) return at + 1;
    follow_line(text[at]);
  }
  return std::nullopt;
}

ValueScanner::Step ValueScanner::take(char c) {
  switch (part_) {
    case Part::value:
      return take_of_value(c);
    case Part::string:
    case Part::escape:
      return take_of_string(c);
    case Part::rest_of_spoiled:
      break;
  }
  return take_of_spoiled(c);
}

void ValueScanner::follow_line(char c) {
  if (c == '\n') {
    ++line_;
    column_ = 0;
    at_line_start_ = true;
  } else if (is_white_space(c)) {
    ++column_;
  } else {
    at_line_start_ = at_line_start_ && c == ',';
    latest_ = c;
  }
}

ValueScanner::Step ValueScanner::take_of_value(char c) {
  const bool continues_word = is_within_word_ && is_of_word(c);
  is_within_word_ = is_of_word(c);
  if (continues_word || is_white_space(c)) return Step::go_on;
  if (c == '{' || c == '[') return open(c);
  if (c == '}' || c == ']') return close(c);
  if (c == ':') {
    if (expected_ != Expected::colon) return Step::spoiled;
    expected_ = Expected::value;
    return Step::go_on;
  }
  if (c == ',') {
    if (expected_ != Expected::comma_or_end) return Step::spoiled;
    expected_ = is_in_object() ? Expected::key_or_end : Expected::value;
    return Step::go_on;
  }
  if (c == '"') {
    if (expected_ == Expected::colon || expected_ == Expected::comma_or_end) return Step::spoiled;
    part_ = Part::string;
    return Step::go_on;
  }
  if (!is_of_word(c) || expected_ != Expected::value) return Step::spoiled;
  expected_ = Expected::comma_or_end;
  return Step::go_on;
}

ValueScanner::Step ValueScanner::open(char c) {
  const bool is_next_record = c == '{' && begins_outer_line();
  if (is_next_record || expected_ != Expected::value || depth_ == max_depth) return Step::spoiled;
  objects_ = (objects_ & ~(std::uint64_t{1} << depth_)) | (std::uint64_t{c == '{'} << depth_);
  ++depth_;
  expected_ = c == '{' ? Expected::key_or_end : Expected::value;
  return Step::go_on;
}

// A comma before it is for the decoder to judge: the value ends here all the same.
ValueScanner::Step ValueScanner::close(char c) {
  const bool is_fit = depth_ > 0 && is_in_object() == (c == '}');
  if (!is_fit || expected_ == Expected::colon) return Step::spoiled;
  if (c == '}' && expected_ == Expected::value) return Step::spoiled;
  --depth_;
  expected_ = Expected::comma_or_end;
  return depth_ == 0 ? Step::ends_after : Step::go_on;
}

ValueScanner::Step ValueScanner::take_of_string(char c) {
  if (c == '\n') return Step::spoiled;
  if (part_ == Part::escape) {
    part_ = Part::string;
  } else if (c == '\\') {
    part_ = Part::escape;
  } else if (c == '"') {
    part_ = Part::value;
    expected_ = expected_ == Expected::key_or_end ? Expected::colon : Expected::comma_or_end;
  }
  return Step::go_on;
}

ValueScanner::Step ValueScanner::take_of_spoiled(char c) {
  ++spoiled_bytes_;
  if (line_ == 0 || is_spoiled_for_long()) {
    const bool is_next_record = c == '{' && (latest_ == ',' || latest_ == '}');
    return c == '\n' || is_next_record ? Step::ends_before : Step::go_on;
  }
  if (!begins_outer_line()) return Step::go_on;
  if (c == '}') return Step::ends_after;
  return c == '{' ? Step::ends_before : Step::go_on;
}

std::vector<std::string_view> values_of(std::string_view text) {
  std::vector<std::string_view> values;
  for (;;) {
    const auto begin = std::find_if_not(text.begin(), text.end(), is_between_values);
    text.remove_prefix(static_cast<std::size_t>(begin - text.begin()));
    if (text.empty()) return values;
    const std::size_t size = size_of_value(text);
    values.push_back(without_separators(text.substr(0, size)));
    text.remove_prefix(size);
  }
}

}  // namespace stedi::landing
