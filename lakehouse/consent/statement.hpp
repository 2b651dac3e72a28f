// What people say about research: customer records and consent events, as they landed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::lakehouse {

// One customer record, or one consent event about research.
struct ConsentStatement {
  enum class Kind { record, grant, withdraw };
  Kind kind = Kind::record;
  std::int64_t subject_id = 0;
  std::int64_t ingest_id = 0;  // in its landing table
  std::int64_t batch_id = 0;
  std::optional<std::int64_t> line;  // of the imported file
  std::int64_t received_ms = 0;
  std::int64_t at_ms = 0;       // the instant at which it counts: lastUpdateDate or the event's time
  bool is_dated = true;         // record: its lastUpdateDate is there, and plausible
  std::int64_t agreed_ms = 0;   // record: its valid research date; 0: none
  std::int64_t trainer_id = 0;  // record: the serial it carries; 0: none
  std::string canonical = {};   // record: decides ties
};

// "customer", "grant" or "withdraw".
std::string_view statement_name(ConsentStatement::Kind kind);
// In order of landing: batches of all streams share one count.
bool landed_before(const ConsentStatement& one, const ConsentStatement& other);

// Up to which ingest_id of customer and consent.
struct StatementCursor {
  std::int64_t customer = 0;
  std::int64_t consent = 0;
  bool operator==(const StatementCursor&) const = default;
};

// Statements of one snapshot of landing.db. `reader` sees its tables in `schema` ("main" or "landing") and
// outlives this.
class LandedStatements {
 public:
  static Result<LandedStatements> open(sqlite::Database& reader, std::string_view schema);

  // How far there are any.
  Result<StatementCursor> last();
  // One person's, up to a cursor, in order of landing.
  Result<std::vector<ConsentStatement>> of_person(std::int64_t subject_id, const StatementCursor& up_to);
  // Those after `cursor`, one by one in order of landing; next() is nullopt at the end.
  Result<void> start_after(const StatementCursor& cursor);
  Result<std::optional<ConsentStatement>> next();

 private:
  LandedStatements(sqlite::Database& reader, std::string schema, sqlite::Statement record_of,
                   sqlite::Statement event_of, sqlite::Statement records, sqlite::Statement events);
  Result<void> read_next_record();
  Result<void> read_next_event();

  sqlite::Database* reader_;
  std::string schema_;
  sqlite::Statement record_of_;
  sqlite::Statement event_of_;
  sqlite::Statement records_;
  sqlite::Statement events_;
  std::optional<ConsentStatement> next_record_;
  std::optional<ConsentStatement> next_event_;
};

}  // namespace stedi::lakehouse
