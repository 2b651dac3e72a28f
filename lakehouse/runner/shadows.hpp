// Stands temporary views of a job's inputs, cut to the dirty cells at their declared scope, in front of the
// tables of the same names, so that the very same SELECT makes the dirty cells alone.
#pragma once

#include <string>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/tables/job.hpp"

namespace stedi::lakehouse {

// Those rows of a table of `schema` (main or landing) that lie in the dirty cells, as a SELECT of all its
// columns.
Result<std::string> rows_in_dirty_cells(sqlite::Database& zones, const std::string& schema,
                                        const std::string& table, CellKind cell);

Result<void> stand_shadows(sqlite::Database& zones, const Job& job);
Result<void> drop_shadows(sqlite::Database& zones, const Job& job);

}  // namespace stedi::lakehouse
