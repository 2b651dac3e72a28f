// Quarantined records of what people say: a withdrawal may be among them, and nobody else would notice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/stream.hpp"
#include "core/result.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::lakehouse {

struct RefusedStatements {
  Stream stream;
  std::int64_t records = 0;  // or whole messages
};

// Of each stream that has any. `schema`: where the connection sees landing.db.
Result<std::vector<RefusedStatements>> refused_statements(sqlite::Database& database,
                                                          std::string_view schema);
// "consent: 2 refused; a withdrawal may be among them", and where to look.
std::string warning_of(const RefusedStatements& refused);

}  // namespace stedi::lakehouse
