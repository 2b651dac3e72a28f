// What full and incremental runs share: how a job's rows get into its table.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/tables/job.hpp"

namespace stedi::lakehouse {

// The columns a job gives, by name, so that a job and its table cannot drift apart unseen.
Result<std::vector<std::string>> columns_of(sqlite::Database& zones, const Job& job);

}  // namespace stedi::lakehouse
