#include "tests/support/tables.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <stdexcept>

#include "core/digest/digest.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::test {
namespace {

constexpr char cell_end = '\x1f';
constexpr char row_end = '\x1e';

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
      return null_cell();
    default:
      return cell(statement.text(column));
  }
}

Rows read_query(const std::filesystem::path& file, std::string_view sql) {
  sqlite::Database database = open(file);
  sqlite::Statement statement = prepare(database, sql);
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

std::size_t only_in_first(const Rows& first, const Rows& second) {
  Rows difference;
  std::ranges::set_difference(first, second, std::back_inserter(difference));
  return difference.size();
}

}  // namespace

std::string cell(std::int64_t value) {
  return "i" + std::to_string(value) + cell_end;
}

std::string cell(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "r%.17g", value);
  return text.data() + std::string(1, cell_end);
}

std::string cell(std::string_view value) {
  return "t" + std::string(value) + cell_end;
}

std::string null_cell() {
  return std::string("n") + cell_end;
}

std::string multiset_hash(const Rows& rows) {
  Sha256Stream digest;
  for (const std::string& row : rows) {
    digest.update(row);
    digest.update(std::string_view(&row_end, 1));
  }
  return hex(digest.finish());
}

Rows read_rows(const std::filesystem::path& database, std::string_view table) {
  return read_query(database, "SELECT * FROM \"" + std::string(table) + "\"");
}

Tables read_tables(const std::filesystem::path& database, const std::vector<std::string>& tables) {
  Tables result;
  for (const std::string& table : tables) {
    result[table] = read_rows(database, table);
  }
  return result;
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

testing::AssertionResult same_tables(const Tables& expected, const Tables& actual) {
  auto result = testing::AssertionSuccess();
  for (const auto& [name, rows] : expected) {
    const auto found = actual.find(name);
    if (found != actual.end() && multiset_hash(rows) == multiset_hash(found->second)) {
      continue;
    }
    if (result) {
      result = testing::AssertionFailure();
    }
    if (found == actual.end()) {
      result << name << ": is missing\n";
      continue;
    }
    result << name << ": expected " << rows.size() << " rows, are " << found->second.size() << "; missing "
           << only_in_first(rows, found->second) << ", too many " << only_in_first(found->second, rows)
           << "\n";
  }
  return result;
}

}  // namespace stedi::test
