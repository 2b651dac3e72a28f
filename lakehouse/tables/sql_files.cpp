#include "lakehouse/tables/sql_files.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "sql_texts.hpp"

namespace stedi::lakehouse {

namespace {

constexpr auto compiled_in = [] {
  std::array<SqlFile, std::size(sql::files)> files;
  std::ranges::transform(sql::files, files.begin(), [](const sql::File& file) {
    return SqlFile{file.path, file.text};
  });
  return files;
}();

}  // namespace

std::span<const SqlFile> sql_files() {
  return compiled_in;
}

std::string sql_text(std::string_view path) {
  const auto* found = std::ranges::find(compiled_in, path, &SqlFile::path);
  assert(found != compiled_in.end());
  return std::string(found->text);
}

}  // namespace stedi::lakehouse
