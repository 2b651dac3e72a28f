// The SQL of this folder, compiled into the program.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/record/sensor_table.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

struct SqlFile {
  std::string_view path;  // relative to lakehouse/tables/: "strict/customer_trusted.sql"
  std::string_view text;
};

// The tables of a profile, each after what it reads.
std::span<const SqlFile> table_files(Profile profile);

// Any other text, by its path. Asking for one that was not compiled in is a bug.
std::string sql_text(std::string_view path);
// Whether there is one.
bool has_sql_text(std::string_view path);
// The text about one sensor stream (core/record/sensor_table.hpp); in `path`, {owner} is person or trainer.
std::string sql_text(std::string_view path, const SensorTable& readings);

}  // namespace stedi::lakehouse
