#include "lakehouse/answers/unread.hpp"

#include <algorithm>

#include "lakehouse/store/zones.hpp"

namespace stedi::lakehouse {

Result<std::map<std::string, Unread, std::less<>>> unread_of(sqlite::Database& zones) {
  const auto read = TRY(read_zones_cursor(zones));
  const auto landed = TRY(read_landing_cursor(zones));
  std::map<std::string, Unread, std::less<>> unread;
  for (const auto& [table, last] : landed.ingest_ids) {
    const std::int64_t read_up_to = read.of(table);
    unread.emplace(table, Unread{read_up_to, std::max(last - read_up_to, std::int64_t{0})});
  }
  return unread;
}

}  // namespace stedi::lakehouse
