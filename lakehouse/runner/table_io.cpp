#include "lakehouse/runner/table_io.hpp"

namespace stedi::lakehouse {

Result<std::vector<std::string>> columns_of(sqlite::Database& zones, const Job& job) {
  auto select = TRY(zones.prepare(job.select));
  std::vector<std::string> columns;
  for (int column = 0; column < select.column_count(); ++column) {
    columns.emplace_back(select.column_name(column));
  }
  return columns;
}

}  // namespace stedi::lakehouse
