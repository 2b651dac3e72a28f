// Where tests reach into a run. Everything here is empty outside tests.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace stedi::lakehouse {

struct RunSeams {
  // Called inside the transaction after each table is made ("customer_trusted") and before the commit
  // ("commit"): a failure is a crash at that point.
  std::function<Result<void>(std::string_view done)> after;
  // A rule of dirty/ that is not applied ("strict/step_trainer_trusted/serial_owner"), to show that tests
  // notice.
  std::string skipped_rule;
};

}  // namespace stedi::lakehouse
