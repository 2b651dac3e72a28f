// How far the zones are behind the landing zone.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::lakehouse {

// Of one landing table: ids are handed out one by one.
struct Unread {
  std::int64_t read_up_to = 0;  // ingest_id
  std::int64_t records = 0;     // that have landed since
};

// By landing table, of the zones of this connection and the `landing` attached to it.
Result<std::map<std::string, Unread, std::less<>>> unread_of(sqlite::Database& zones);

}  // namespace stedi::lakehouse
