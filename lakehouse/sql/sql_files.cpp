#include "lakehouse/sql/sql_files.hpp"

#include <algorithm>
#include <cassert>

namespace stedi::lakehouse {

std::string sql_text(std::string_view path) {
  const auto files = sql_files();
  const auto* found = std::ranges::find(files, path, &SqlFile::path).base();
  assert(found != files.data() + files.size());
  return std::string(found->text);
}

}  // namespace stedi::lakehouse
