#include "lakehouse/tables/sql_files.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "reference_tables.hpp"
#include "sql_texts.hpp"
#include "strict_tables.hpp"

namespace stedi::lakehouse {

namespace {

template <typename File, std::size_t count>
constexpr std::array<SqlFile, count> compiled_in(const File (&files)[count]) {
  std::array<SqlFile, count> all;
  std::ranges::transform(files, all.begin(), [](const File& file) { return SqlFile{file.path, file.text}; });
  return all;
}

constexpr auto strict_files = compiled_in(strict_tables::files);
constexpr auto reference_files = compiled_in(reference_tables::files);
constexpr auto other_files = compiled_in(sql::files);

}  // namespace

std::span<const SqlFile> table_files(Profile profile) {
  return profile == Profile::strict ? std::span<const SqlFile>(strict_files) : reference_files;
}

bool has_sql_text(std::string_view path) {
  return std::ranges::find(other_files, path, &SqlFile::path) != other_files.end();
}

std::string sql_text(std::string_view path) {
  const auto* found = std::ranges::find(other_files, path, &SqlFile::path);
  assert(found != other_files.end());
  return std::string(found->text);
}

std::string sql_text(std::string_view path, const SensorTable& readings) {
  constexpr std::string_view owner = "{owner}";
  std::string named(path);
  if (const auto at = named.find(owner); at != std::string::npos)
    named.replace(at, owner.size(), readings.owned_by == OwnedBy::person ? "person" : "trainer");
  return sql_about(readings, sql_text(named));
}

}  // namespace stedi::lakehouse
