// Bulk insert: `INSERT INTO t SELECT … FROM NAME` reads rows straight from memory through a virtual table.
// Measured at two to three times the rate of stepping an INSERT row by row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/sqlite/database.hpp"

namespace stedi::sqlite {

// Takes one column's value; exactly one call.
class Cell {
 public:
  virtual void integer(std::int64_t value) = 0;
  virtual void real(double value) = 0;
  virtual void text(std::string_view value) = 0;  // copied
  virtual void null() = 0;

 protected:
  ~Cell() = default;
};

// Rows in memory, owned by the caller, who may change them between statements but not during one.
class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual std::size_t row_count() const = 0;
  virtual void read(std::size_t row, int column, Cell& cell) const = 0;
};

// Makes `source` readable as the table `name` with the given columns ("a, b, c"). The source must outlive the
// database.
Result<void> register_row_source(Database& database, std::string_view name, std::string_view columns,
                                 const RowSource& source);

}  // namespace stedi::sqlite
