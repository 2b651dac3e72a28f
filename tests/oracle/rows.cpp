#include "tests/oracle/rows.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>

namespace stedi::oracle {

namespace {

constexpr char cell_end = '\x1f';
constexpr std::size_t rows_shown = 5;

std::string readable(std::string row) {
  std::ranges::replace(row, cell_end, '|');
  return row;
}

// Rows of the first that the second does not have as often.
std::string rows_of_one_alone(const char* what, const Rows& first, const Rows& second) {
  Rows alone;
  std::ranges::set_difference(first, second, std::back_inserter(alone));
  if (alone.empty()) return "";
  std::string text = "  " + std::to_string(alone.size()) + what;
  for (std::size_t i = 0; i < std::min(alone.size(), rows_shown); ++i)
    text += "    " + readable(alone[i]) + "\n";
  return text;
}

}  // namespace

std::string cell(std::int64_t value) {
  return "i" + std::to_string(value) + cell_end;
}

std::string cell(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "r%.17g", value);
  return text.data() + std::string(1, cell_end);
}

std::string cell(std::string_view value) {
  return "t" + std::string(value) + cell_end;
}

std::string null_cell() {
  return std::string("n") + cell_end;
}

std::string difference(const Tables& expected, const Tables& actual) {
  static const Rows none;
  std::string text;
  for (const auto& [name, rows] : expected) {
    const auto found = actual.find(name);
    const Rows& others = found == actual.end() ? none : found->second;
    if (found != actual.end() && rows == others) continue;
    text += name + (found == actual.end() ? ": is not there\n" : ": differs\n") +
            rows_of_one_alone(" rows are missing\n", rows, others) +
            rows_of_one_alone(" rows are too many\n", others, rows);
  }
  return text;
}

}  // namespace stedi::oracle
