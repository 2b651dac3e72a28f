// Rows of a table as text, for comparison as multisets.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stedi::test {

// One row a string: its cells with their type, in column order. Sorted, so that equal multisets are equal
// vectors.
using Rows = std::vector<std::string>;
using Tables = std::map<std::string, Rows, std::less<>>;

// One cell; a row is its cells one after the other.
std::string cell(std::int64_t value);
std::string cell(double value);
std::string cell(std::string_view value);
std::string null_cell();

// SHA-256 over the sorted rows: equal exactly when the multisets are.
std::string multiset_hash(const Rows& rows);

// Opens the file read-only.
Rows read_rows(const std::filesystem::path& database, std::string_view table);
Tables read_tables(const std::filesystem::path& database, const std::vector<std::string>& tables);
// Every table of the file but SQLite's own.
std::vector<std::string> table_names(const std::filesystem::path& database);
std::int64_t count_rows(const std::filesystem::path& database, std::string_view table);
// The first column of the first row.
std::int64_t query_integer(const std::filesystem::path& database, std::string_view sql);

inline const std::vector<std::string> landing_views = {"customer_landing", "accelerometer_landing",
                                                       "step_trainer_landing"};
inline const std::vector<std::string> zone_views = {"customer_trusted", "accelerometer_trusted",
                                                    "customers_curated", "step_trainer_trusted",
                                                    "machine_learning_curated"};

// Compares table by table by multiset hash; on a difference says which tables, how many rows, and how many
// rows stand on one side alone.
testing::AssertionResult same_tables(const Tables& expected, const Tables& actual);

}  // namespace stedi::test
