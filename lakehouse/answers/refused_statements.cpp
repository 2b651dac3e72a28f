#include "lakehouse/answers/refused_statements.hpp"

#include "core/wire/topic.hpp"

namespace stedi::lakehouse {

Result<std::vector<RefusedStatements>> refused_statements(sqlite::Database& database,
                                                          std::string_view schema) {
  auto count =
      TRY(database.prepare("SELECT COUNT(*) FROM " + std::string(schema) + ".quarantine WHERE stream = ?"));
  std::vector<RefusedStatements> all;
  for (const Stream stream : statement_streams) {
    const auto records = TRY(count.one_row<std::int64_t>(wire::stream_name(stream)));
    if (records.value_or(0) > 0) all.push_back({stream, *records});
  }
  return all;
}

std::string warning_of(const RefusedStatements& refused) {
  return std::string(wire::stream_name(refused.stream)) + ": " + std::to_string(refused.records) +
         " refused; a withdrawal may be among them: see `stedi-lakehouse quarantine list`";
}

}  // namespace stedi::lakehouse
