// Which cells of a job's table an incremental run makes anew: temp.dirty_subject, dirty_serial or dirty_span,
// filled by the job's dirty rules: one SELECT for each thing that can change an output.
#pragma once

#include <cstdint>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/tables/job.hpp"

namespace stedi::lakehouse {

// Spans of one person at most this far apart are made anew as one: it costs a few more readings and saves
// looking each up.
inline constexpr std::int64_t merge_spans_within_ms = 60'000;

// The temporary tables, unless they are there.
Result<void> make_cell_tables(sqlite::Database& zones);

// Fills the temporary tables for this job; false when no cell is dirty.
Result<bool> find_dirty_cells(sqlite::Database& zones, const Job& job);

}  // namespace stedi::lakehouse
