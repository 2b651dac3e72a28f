// catalog_table and catalog_run: what each table of a zones file is, and which run wrote it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/runner/run.hpp"
#include "lakehouse/tables/job.hpp"

namespace stedi::lakehouse {

inline constexpr int max_catalog_runs = 1000;  // older runs leave catalog_run

// Names of the tables that another text made than their job has now, and of all that follow from them; every
// table when those of the file are others than the jobs'.
Result<std::set<std::string>> outdated_tables(sqlite::Database& zones, const std::vector<Job>& jobs);

// Records one run. `tables` are those of `jobs`, in the same order.
Result<void> write_catalog(sqlite::Database& zones, const std::vector<Job>& jobs,
                           const std::vector<TableRun>& tables);

}  // namespace stedi::lakehouse
