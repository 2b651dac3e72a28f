// The policy's numbers are named in core/record/limits.hpp. SQL is plain text that other engines run too, and
// so repeats them: here each one is held to its name.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/record/limits.hpp"

namespace stedi::lakehouse {
namespace {

// What a number means, by what stands before it.
struct Meaning {
  std::string name;
  std::regex before;
  std::int64_t value;
};

const std::vector<Meaning>& meanings() {
  static const std::vector<Meaning> all = {
      {"max_ahead_of_receipt_ms", std::regex(R"(received (\+|<=) $)"), limits::max_ahead_of_receipt_ms},
      {"earliest_plausible_ms", std::regex(R"((<|>=|BETWEEN) $)"), limits::earliest_plausible_ms},
      {"day_ms", std::regex(R"((/|to_ms\)? \+) $)"), day_ms},
      {"before_all_ms", std::regex(R"([ (]-$)"), -limits::before_all_ms},
      {"after_all_ms", std::regex(R"((^|AS from_ms,|next_ms,) *$)"), limits::after_all_ms},
  };
  return all;
}

// Without comments and string literals, on as many lines.
std::string code_of(const std::filesystem::path& file) {
  std::ifstream text(file);
  const std::string whole{std::istreambuf_iterator<char>(text), {}};
  return std::regex_replace(whole, std::regex("--[^\n]*|'[^']*'"), "");
}

// Calls `see` with every number of seven digits or more, and with what stands before it on its line.
template <typename See>
void for_each_number(const std::string& line, See see) {
  static const std::regex number(R"(\b\d{7,}\b)");
  for (std::sregex_iterator match(line.begin(), line.end(), number), end; match != end; ++match)
    see(std::stoll(match->str()), line.substr(0, static_cast<std::size_t>(match->position())));
}

TEST(PolicyNumbers, AreInSqlWhatTheirNamesSay) {
  std::map<std::string, int> seen;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(STEDI_SOURCE_DIR "/lakehouse")) {
    if (entry.path().extension() != ".sql") continue;
    std::istringstream lines(code_of(entry.path()));
    int line_number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++line_number;
      for_each_number(line, [&](std::int64_t value, const std::string& before) {
        const std::string place = entry.path().string() + ":" + std::to_string(line_number) + ": ";
        for (const Meaning& meaning : meanings()) {
          if (!std::regex_search(before, meaning.before)) continue;
          EXPECT_EQ(value, meaning.value) << place << "is " << meaning.name << " by what stands before it";
          ++seen[meaning.name];
          return;
        }
        ADD_FAILURE() << place << value << " has no name: see meanings() in this test";
      });
    }
  }
  for (const Meaning& meaning : meanings()) EXPECT_GT(seen[meaning.name], 0) << meaning.name;
}

}  // namespace
}  // namespace stedi::lakehouse
