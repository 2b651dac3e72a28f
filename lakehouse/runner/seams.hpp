// Where tests reach into a run. Outside tests everything here is as it stands.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "lakehouse/runner/landed_index.hpp"
#include "lakehouse/tables/job.hpp"

namespace stedi::lakehouse {

// A full run gives a job that sorts readings so many people's at a time: what it sorts is then bounded and
// fits the processor's cache.
inline constexpr std::int64_t default_people_at_a_time = 20'000;

struct RunSeams {
  // Called inside the transaction after each table is made ("customer_trusted") and before the commit
  // ("commit"): a failure is a crash at that point.
  std::function<Result<void>(std::string_view done)> after;
  std::optional<std::vector<Job>> jobs = {};  // instead of the profile's own
  std::int64_t people_at_a_time = default_people_at_a_time;
  // More readings than this since the last run, and more than a share of all, are quicker made anew in full.
  std::int64_t most_new_rows_always_incremental = 100'000;
  std::int64_t full_beyond_one_new_row_in = 4;
  IndexLimits index = {};
};

}  // namespace stedi::lakehouse
