#include "lakehouse/store/empty_log.hpp"

#include <string>

namespace stedi::lakehouse {

Result<bool> empty_log(sqlite::Database& database, std::int64_t patience_ms) {
  const auto wait = [&](std::int64_t ms) {
    return database.execute("PRAGMA busy_timeout=" + std::to_string(ms));
  };
  if (auto set = wait(patience_ms); !set) return Failure(set.error());
  const auto emptied = database.checkpoint_truncate("main");
  if (auto set = wait(sqlite::default_busy_ms); !set) return Failure(set.error());
  return emptied;
}

}  // namespace stedi::lakehouse
