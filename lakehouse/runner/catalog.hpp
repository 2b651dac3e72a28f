// catalog_table and catalog_run: what each table of a zones file is, and which run wrote it.
#pragma once

#include <vector>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/runner/job.hpp"
#include "lakehouse/runner/run.hpp"

namespace stedi::lakehouse {

inline constexpr int max_catalog_runs = 1000;  // older runs leave catalog_run

// True when every table was made by the very text its job has now.
Result<bool> catalog_matches(sqlite::Database& zones, const std::vector<Job>& jobs);

// Records one run. `tables` are those of `jobs`, in the same order.
Result<void> write_catalog(sqlite::Database& zones, const std::vector<Job>& jobs,
                           const std::vector<TableRun>& tables);

}  // namespace stedi::lakehouse
