#include "tests/support/tables.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/digest/digest.hpp"
#include "core/sqlite/database.hpp"
#include "tests/support/process.hpp"

namespace stedi::test {
namespace {

using oracle::cell;

sqlite::Database open(const std::filesystem::path& file) {
  auto database = sqlite::Database::open(file, sqlite::Access::read_only);
  if (!database) {
    throw std::runtime_error(database.error().message);
  }
  return std::move(*database);
}

sqlite::Statement prepare(sqlite::Database& database, std::string_view sql) {
  auto statement = database.prepare(sql);
  if (!statement) {
    throw std::runtime_error(statement.error().message);
  }
  return std::move(*statement);
}

bool step(sqlite::Statement& statement) {
  const auto more = statement.step();
  if (!more) {
    throw std::runtime_error(more.error().message);
  }
  return *more;
}

std::string cell_of(const sqlite::Statement& statement, int column) {
  using Type = sqlite::Statement::Type;
  switch (statement.type(column)) {
    case Type::integer:
      return cell(statement.integer(column));
    case Type::real:
      return cell(statement.real(column));
    case Type::null:
      return oracle::null_cell();
    default:
      return cell(statement.text(column));
  }
}

Rows read_rows_of(sqlite::Database& database, std::string_view table) {
  sqlite::Statement statement = prepare(database, "SELECT * FROM \"" + std::string(table) + "\"");
  Rows rows;
  while (step(statement)) {
    std::string row;
    for (int column = 0; column < statement.column_count(); ++column) {
      row += cell_of(statement, column);
    }
    rows.push_back(std::move(row));
  }
  std::ranges::sort(rows);
  return rows;
}

}  // namespace

Rows read_rows(const std::filesystem::path& database, std::string_view table) {
  sqlite::Database connection = open(database);
  return read_rows_of(connection, table);
}

Tables read_tables(sqlite::Database& database, const std::vector<std::string>& tables) {
  Tables result;
  for (const std::string& table : tables) result[table] = read_rows_of(database, table);
  return result;
}

Tables read_tables(const std::filesystem::path& database, const std::vector<std::string>& tables) {
  sqlite::Database connection = open(database);
  return read_tables(connection, tables);
}

std::vector<std::string> table_names(const std::filesystem::path& database) {
  sqlite::Database connection = open(database);
  sqlite::Statement statement = prepare(
      connection, "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'");
  std::vector<std::string> names;
  while (step(statement)) {
    names.emplace_back(statement.text(0));
  }
  return names;
}

std::int64_t count_rows(const std::filesystem::path& database, std::string_view table) {
  return query_integer(database, "SELECT count(*) FROM \"" + std::string(table) + "\"");
}

std::int64_t query_integer(const std::filesystem::path& database, std::string_view sql) {
  sqlite::Database connection = open(database);
  const auto value = connection.integer(sql);
  if (!value) {
    throw std::runtime_error(value.error().message);
  }
  return *value;
}

oracle::Pseudonym pseudonyms_of(const std::filesystem::path& keys_dir) {
  return [keys_dir, key = std::string()](const std::string& identity) mutable {
    if (key.empty()) key = read_text(keys_dir / "pseudonym.key");
    return hex(hmac_sha256(key, identity)).substr(0, 32);
  };
}

}  // namespace stedi::test
