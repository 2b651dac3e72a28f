// Keeps what tables/landed_index.sql makes: which rows of landing.db are whose, so that an incremental run
// reads those of its cells alone.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/record/sensor_table.hpp"
#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/runner/span.hpp"
#include "lakehouse/store/zones.hpp"

namespace stedi::lakehouse {

struct IndexLimits {
  // Readings of one person and day that landed at most this many rows apart are one row span: a page of
  // landing.db holds about as many, so reading the rows between them costs nothing.
  std::int64_t max_rows_apart_in_row_span = 64;
  // Row spans in memory at once (40 bytes each) while the index is extended; one may be cut in two there.
  std::size_t max_row_spans_in_memory = 500'000;
};

// From `from` up to `to`; with an empty `from` whatever is there is forgotten first.
Result<void> extend_landed_index(sqlite::Database& zones, const Cursor& from, const Cursor& to,
                                 const IndexLimits& limits = {});

// The rows that landed after `from` up to `to`. `zones` has landing.db attached.
Result<void> index_records(sqlite::Database& zones, const Cursor& from, const Cursor& to);

// The same for readings. `spans`, unless null, gets the spans of time that the new readings touch, by subject
// or trainer, merged.
Result<void> index_readings(sqlite::Database& zones, const SensorTable& readings, const Cursor& from,
                            const Cursor& to, std::vector<Span>* spans, const IndexLimits& limits = {});

// What left after `from` up to `to` takes its times along: the row spans that held it are narrowed to what is
// left of them, or go.
Result<void> narrow_row_spans(sqlite::Database& zones, const SensorTable& readings, const Cursor& from,
                              const Cursor& to);

}  // namespace stedi::lakehouse
