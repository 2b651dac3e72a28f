// The SQL of this folder (jobs, zone schemas, checks, reconciliation), compiled into the program.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace stedi::lakehouse {

struct SqlFile {
  std::string_view path;  // relative to lakehouse/tables/: "jobs/strict/customer_trusted.sql"
  std::string_view text;
};

std::span<const SqlFile> sql_files();
// The text of the file at `path`. Asking for one that was not compiled in is a bug.
std::string sql_text(std::string_view path);

}  // namespace stedi::lakehouse
