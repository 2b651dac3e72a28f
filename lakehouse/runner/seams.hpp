// Where tests reach into a run. Everything here is empty outside tests.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace stedi::lakehouse {

// A full run gives a job that sorts readings so many people's at a time: what it sorts is then bounded and
// fits the processor's cache.
inline constexpr std::int64_t default_people_at_a_time = 20'000;

struct RunSeams {
  // Called inside the transaction after each table is made ("customer_trusted") and before the commit
  // ("commit"): a failure is a crash at that point.
  std::function<Result<void>(std::string_view done)> after;
  // A rule of dirty/ that is not applied ("strict/step_trainer_trusted/serial_owner"), to show that tests
  // notice.
  std::string skipped_rule;
  std::int64_t people_at_a_time = default_people_at_a_time;
};

}  // namespace stedi::lakehouse
