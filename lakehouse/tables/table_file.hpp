// A table's file: all that is said about one table, in sections that begin with a line `-- ==== SECTION` or
// `-- ==== SECTION NAME`, in this order: what (fields and prose), ddl, select, one dirty NAME for each thing
// that can change a row, one check NAME for each thing that must hold, leaving (how a person's rows go). A
// dirty or check without a name says in a comment why there is none.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace stedi::lakehouse {

struct NamedSql {
  std::string name;
  std::string sql;
};

struct TableFile {
  std::map<std::string, std::string, std::less<>> what;  // the fields, by name
  std::string ddl;
  std::string select;
  std::vector<NamedSql> dirty;
  std::vector<NamedSql> checks;
  std::string leaving;  // statements; without any, a comment says why they are not needed
};

// Errors name `path` and the line: an unknown, missing, repeated or misplaced section, or an empty one.
Result<TableFile> parse_table_file(std::string_view path, std::string_view text);

// Without comments, blank lines and the white space at a line's end: what a change of wording leaves as it
// is.
std::string statements_alone(std::string_view sql);

}  // namespace stedi::lakehouse
