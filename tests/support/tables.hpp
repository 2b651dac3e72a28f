// Tables of a store's files, read as the oracle writes them: rows as text, sorted.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/oracle/policy.hpp"
#include "tests/oracle/rows.hpp"

namespace stedi::sqlite {
class Database;
}

namespace stedi::test {

using oracle::Rows;
using oracle::Tables;

Tables read_tables(sqlite::Database& database, const std::vector<std::string>& tables);

// Each of these opens the file read-only.
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

// By the key in this folder, as the lakehouse keeps it: HMAC-SHA-256 of the identity, its first 128 bits in
// hex.
oracle::Pseudonym pseudonyms_of(const std::filesystem::path& keys_dir);

}  // namespace stedi::test
