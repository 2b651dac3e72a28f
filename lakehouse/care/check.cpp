#include "lakehouse/care/check.hpp"

#include <algorithm>

#include "core/sqlite/database.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/store/store_files.hpp"

namespace stedi::lakehouse {

namespace {

namespace fs = std::filesystem;

// Reading a damaged page is itself an error: that is the answer, not a failure to give one.
std::string problem_of(sqlite::Database& database, CheckDepth depth) {
  const auto found =
      database.text(depth == CheckDepth::quick ? "PRAGMA quick_check(1)" : "PRAGMA integrity_check(1)");
  if (!found) return found.error().message;
  if (*found != "ok") return *found;
  if (depth == CheckDepth::quick) return "";
  auto dangling = database.prepare("PRAGMA foreign_key_check");
  if (!dangling) return dangling.error().message;
  using RowId = std::optional<std::int64_t>;
  const auto found_one = dangling->one_row<std::string, RowId, std::string, std::int64_t>();
  if (!found_one) return found_one.error().message;
  if (!*found_one) return "";
  const auto& [table, row, parent, key] = **found_one;
  return "table " + table + " refers to a row that " + parent + " does not have";
}

Result<std::string> problem_in(const fs::path& file, sqlite::Access access, CheckDepth depth) {
  auto database = TRY(sqlite::Database::open(file, access));
  return problem_of(database, depth);
}

}  // namespace

Result<std::string> first_problem(const fs::path& file, CheckDepth depth) {
  // To write, so that closing it leaves no log behind.
  return problem_in(file, sqlite::Access::read_write, depth);
}

Result<std::vector<FileCheck>> check_store(const StoreFolder& store, CheckDepth depth,
                                           const Progress& progress) {
  std::error_code error;
  if (!fs::exists(landing::landing_file(store.dir), error))
    return Failure(landing::open_landing_for_reading(store.dir).error());
  std::vector<FileCheck> checks;
  std::vector<std::string> names = store_files();
  std::ranges::reverse(names);  // landing.db first
  for (const std::string& name : names) {
    const fs::path file = store.dir / name;
    if (!fs::exists(file, error)) continue;
    if (progress) progress(name);
    auto problem = TRY_IN("check", problem_in(file, sqlite::Access::read_only, depth));
    checks.push_back({name, static_cast<std::int64_t>(fs::file_size(file, error)), std::move(problem)});
  }
  return checks;
}

}  // namespace stedi::lakehouse
