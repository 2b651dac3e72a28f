// The checks that jobs declare: keys unique and without nulls, and the files of checks/.
#pragma once

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/answers/validate.hpp"
#include "lakehouse/tables/job.hpp"

namespace stedi::lakehouse {

// Adds one row a check, and a difference for each that finds rows. `zones` has landing.db attached.
Result<void> run_checks(sqlite::Database& zones, Profile profile, const std::vector<Job>& jobs,
                        Validation& validation);

}  // namespace stedi::lakehouse
