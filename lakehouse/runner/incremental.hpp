// One incremental run: what has landed or left since the last one dirties cells, the jobs make those anew,
// and what changed thereby dirties cells further on. Cost follows the change, not the store.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/runner/run.hpp"
#include "lakehouse/runner/seams.hpp"
#include "lakehouse/store/zones.hpp"
#include "lakehouse/tables/job.hpp"

namespace stedi::lakehouse {

// From what the zones have read to `landed`, inside the caller's transaction, with landing.db attached and
// the index of landed rows (landed_index.hpp) as far as `read`. Leaves temp.changed_<table> behind, with the
// rows that went (is_new 0) and came (1). TableRun::rows is what the catalog said, plus and minus the change.
// The tables of `outdated` are made anew in full; it names all that follow from them, too.
Result<std::vector<TableRun>> apply_changes(sqlite::Database& zones, const std::vector<Job>& jobs,
                                            const Cursor& read, const Cursor& landed, const Clock& clock,
                                            const RunSeams& seams,
                                            const std::set<std::string>& outdated = {});

}  // namespace stedi::lakehouse
