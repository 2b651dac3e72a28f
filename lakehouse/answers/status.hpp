// What is in a store, table by table: what `stedi-lakehouse status` shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "lakehouse/store/store_folder.hpp"

namespace stedi::lakehouse {

struct TableStatus {
  std::string zone;   // "landing", or the profile
  std::string table;  // or "refused consent" and the like: where a withdrawal may be (refused_statements.hpp)
  std::int64_t rows = 0;
  // Of tables that a run makes: its end, and the records that have landed, of any kind, and that it has not
  // read.
  std::optional<std::int64_t> last_run_ms = std::nullopt;
  std::optional<std::int64_t> landed_since = std::nullopt;
};

// The landing zone, and every profile that has been run.
Result<std::vector<TableStatus>> status_of(const StoreFolder& store);

}  // namespace stedi::lakehouse
