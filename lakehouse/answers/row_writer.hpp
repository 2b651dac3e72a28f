// Rows written as people and programs read them: an aligned table, CSV (quoted as RFC 4180 says, lines ending
// in LF as scripts expect), a JSON array, NDJSON.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::lakehouse {

using Value = std::variant<std::monostate, std::int64_t, double, std::string>;  // monostate: null
using Row = std::vector<Value>;

enum class Format { table, csv, json, ndjson };

// Takes the bytes; false when they could not be written, and then nothing more comes.
using Sink = std::function<bool(std::string_view bytes)>;

class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual bool row(const Row& values) = 0;
  // Call once, after the last row.
  virtual bool end() = 0;
};

// A table's column widths are those of its first `table_width_rows` rows, held back until then; longer values
// in later rows shift their line.
inline constexpr std::size_t table_width_rows = 1000;

std::unique_ptr<RowWriter> make_writer(Format format, std::vector<std::string> columns, Sink sink);

// The result of a prepared statement, row by row. Returns the number of rows.
Result<std::int64_t> write_rows(sqlite::Statement& statement, Format format, const Sink& sink);

// A small table that is at hand as a whole.
struct Table {
  std::vector<std::string> columns;
  std::vector<Row> rows;
};
void print(const Table& table, Format format);
// All rows of a prepared statement.
Result<Table> read_table(sqlite::Statement& statement);

// Standard output. False when it is closed: whoever reads has seen enough.
Sink standard_output();

}  // namespace stedi::lakehouse
