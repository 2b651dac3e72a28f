// Row counts a data set must come to (config/expect/*.toml).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace stedi::lakehouse {

// By zone (landing, strict, reference) and table; what the file does not name is not expected to be anything.
class Expectation {
 public:
  static Result<Expectation> load(const std::filesystem::path& file);
  // True when it expects anything of the zone.
  bool names(std::string_view zone) const;
  std::optional<std::int64_t> rows(std::string_view zone, std::string_view table) const;

 private:
  std::map<std::string, std::int64_t, std::less<>> rows_;  // by "zone.table"
};

}  // namespace stedi::lakehouse
