// Bulk read: `SELECT NAME(a, b, c) FROM t` hands every row's integers straight to C++, in the order in which
// SQLite reads them. Half the time of stepping through the rows one by one.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/sqlite/database.hpp"

namespace stedi::sqlite {

class RowSink {
 public:
  virtual ~RowSink() = default;
  // A null counts as 0. What fails is kept by the sink until the statement has ended.
  virtual void take(std::span<const std::int64_t> row) = 0;
};

inline constexpr int max_sink_columns = 8;

// Makes `sink` the aggregate function `name` of that many columns, in place of another of that name. Its
// value is null. The sink must live as long as statements that use it run.
Result<void> register_row_sink(Database& database, std::string_view name, int columns, RowSink& sink);

}  // namespace stedi::sqlite
