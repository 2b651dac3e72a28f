#include "core/sqlite/row_source.hpp"

#include <sqlite3.h>

#include <new>
#include <string>

namespace stedi::sqlite {

namespace {

// What the module was registered with; lives as long as the connection.
struct Module {
  std::string declaration;  // CREATE TABLE x(…)
  const RowSource* source;
};

struct Table : sqlite3_vtab {
  const RowSource* source;
};

struct Cursor : sqlite3_vtab_cursor {
  const RowSource* source;
  std::size_t row;
};

class ContextCell final : public Cell {
 public:
  explicit ContextCell(sqlite3_context* context) : context_(context) {}
  void integer(std::int64_t value) override { sqlite3_result_int64(context_, value); }
  void real(double value) override { sqlite3_result_double(context_, value); }
  void null() override { sqlite3_result_null(context_); }
  void text(std::string_view value) override {
    const char* bytes = value.empty() ? "" : value.data();
    sqlite3_result_text64(context_, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }

 private:
  sqlite3_context* context_;
};

int connect(sqlite3* handle, void* client, int, const char* const*, sqlite3_vtab** out, char**) {
  const auto* module = static_cast<const Module*>(client);
  const int code = sqlite3_declare_vtab(handle, module->declaration.c_str());
  if (code != SQLITE_OK) return code;
  auto* table = new (std::nothrow) Table{};
  if (table == nullptr) return SQLITE_NOMEM;
  table->source = module->source;
  *out = table;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
  info->estimatedCost = 1000;  // always a full scan, in order
  return SQLITE_OK;
}

int open(sqlite3_vtab* table, sqlite3_vtab_cursor** out) {
  auto* cursor = new (std::nothrow) Cursor{};
  if (cursor == nullptr) return SQLITE_NOMEM;
  cursor->source = static_cast<Table*>(table)->source;
  *out = cursor;
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete static_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
  static_cast<Cursor*>(cursor)->row = 0;
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* cursor) {
  ++static_cast<Cursor*>(cursor)->row;
  return SQLITE_OK;
}

int at_end(sqlite3_vtab_cursor* cursor) {
  const auto* at = static_cast<Cursor*>(cursor);
  return at->row >= at->source->row_count() ? 1 : 0;
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int index) {
  const auto* at = static_cast<Cursor*>(cursor);
  ContextCell cell(context);
  at->source->read(at->row, index, cell);
  return SQLITE_OK;
}

int row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
  *id = static_cast<sqlite3_int64>(static_cast<Cursor*>(cursor)->row);
  return SQLITE_OK;
}

// xCreate is null: an eponymous table, readable by its module's name without CREATE VIRTUAL TABLE.
sqlite3_module make_methods() {
  sqlite3_module methods{};
  methods.iVersion = 1;
  methods.xConnect = connect;
  methods.xDisconnect = disconnect;
  methods.xBestIndex = best_index;
  methods.xOpen = open;
  methods.xClose = close;
  methods.xFilter = filter;
  methods.xNext = next;
  methods.xEof = at_end;
  methods.xColumn = column;
  methods.xRowid = row_id;
  return methods;
}
const sqlite3_module methods = make_methods();

}  // namespace

Result<void> register_row_source(Database& database, std::string_view name, std::string_view columns,
                                 const RowSource& source) {
  auto* module = new Module{"CREATE TABLE source(" + std::string(columns) + ")", &source};
  const auto destroy = [](void* client) { delete static_cast<Module*>(client); };
  const int code =
      sqlite3_create_module_v2(database.handle(), std::string(name).c_str(), &methods, module, destroy);
  if (code != SQLITE_OK) return fail(std::string("cannot register rows in memory: ") + sqlite3_errstr(code));
  return {};
}

}  // namespace stedi::sqlite
