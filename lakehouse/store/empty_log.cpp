#include "lakehouse/store/empty_log.hpp"

#include <string>

namespace stedi::lakehouse {

Result<bool> empty_log(sqlite::Database& database, std::int64_t patience_ms) {
  const auto wait = [&](std::int64_t ms) {
    return database.execute("PRAGMA busy_timeout=" + std::to_string(ms));
  };
  TRY(wait(patience_ms));
  const auto emptied = database.checkpoint_truncate("main");
  TRY(wait(sqlite::default_busy_ms));
  return emptied;
}

}  // namespace stedi::lakehouse
