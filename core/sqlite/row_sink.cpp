#include "core/sqlite/row_sink.hpp"

#include <sqlite3.h>

#include <array>
#include <cassert>
#include <string>

namespace stedi::sqlite {

namespace {

void take_row(sqlite3_context* context, int columns, sqlite3_value** values) {
  std::array<std::int64_t, max_sink_columns> row;  // NOLINT(*-member-init): what is read is written
  const auto count = static_cast<std::size_t>(columns);
  for (std::size_t i = 0; i < count; ++i) row[i] = sqlite3_value_int64(values[i]);
  static_cast<RowSink*>(sqlite3_user_data(context))->take({row.data(), count});
}

void end(sqlite3_context* context) {
  sqlite3_result_null(context);
}

}  // namespace

Result<void> register_row_sink(Database& database, std::string_view name, int columns, RowSink& sink) {
  assert(columns <= max_sink_columns);
  const int code = sqlite3_create_function_v2(database.handle(), std::string(name).c_str(), columns,
                                              SQLITE_UTF8, &sink, nullptr, take_row, end, nullptr);
  if (code != SQLITE_OK)
    return fail(std::string("cannot register a reader of rows: ") + sqlite3_errstr(code));
  return {};
}

}  // namespace stedi::sqlite
