// Whether a store is what it should be: what `stedi-lakehouse validate` does.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "lakehouse/answers/row_writer.hpp"
#include "lakehouse/store/progress.hpp"
#include "lakehouse/store/store_folder.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

struct Validation {
  Table tables{{"zone", "table", "rows", "expected", "result"}, {}};
  Table checks{{"zone", "table", "check", "offending_rows", "result"}, {}};
  Table reconciliation{{"zone", "stream", "reason", "rows", "result"}, {}};
  std::vector<std::string> differences;  // one clause each
  std::vector<std::string> remedies;     // what to do about them; each once
  std::vector<std::string> warnings;     // no difference, and yet to be looked at

  void add_difference(std::string what, const std::string& remedy);
};

// Every given profile; without one, every profile that has been run (none: an error). `expect`, when given,
// is a TOML file of row counts. `progress` hears of each profile.
Result<Validation> validate(const StoreFolder& store, std::optional<Profile> profile,
                            const std::optional<std::filesystem::path>& expect, const Clock& clock,
                            const Progress& progress = {});

}  // namespace stedi::lakehouse
