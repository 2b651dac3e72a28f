// Tables made anew in full.
#pragma once

#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/runner/run.hpp"
#include "lakehouse/runner/seams.hpp"
#include "lakehouse/tables/job.hpp"

namespace stedi::lakehouse {

// One table, inside the caller's transaction, with landing.db attached and, where there are more people than
// are worked at at a time, the index of landed rows (landed_index.hpp) up to date.
Result<TableRun> recompute(sqlite::Database& zones, const Job& job, const Clock& clock,
                           const RunSeams& seams);

// Every table of a profile, each as above.
Result<std::vector<TableRun>> recompute_all(sqlite::Database& zones, const std::vector<Job>& jobs,
                                            const Clock& clock, const RunSeams& seams);

}  // namespace stedi::lakehouse
