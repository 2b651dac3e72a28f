// Who may keep their readings by what has been said about consent, and up to where that has been judged
// before.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::lakehouse {

// One connection to landing.db, one thread.
class Judge {
 public:
  explicit Judge(sqlite::Database& landing) : landing_(landing) {}

  // All that decides: what has been said, and the rules. Records of customers, consent and pairings do not
  // expire; whoever takes them away otherwise has to empty retention_judged.
  Result<std::string> said_so_far();
  // A transaction in which temp.person and temp.owner are what everything said so far comes to: whoever
  // agreed a moment ago keeps their readings.
  Result<sqlite::Transaction> begin();

  // The last ingest_id of the stream up to which nothing is left to expire by what had been said; 0: none.
  Result<std::int64_t> judged_up_to(std::string_view stream, const std::string& said);
  Result<void> save_judged(std::string_view stream, std::int64_t up_to, const std::string& said);

 private:
  Result<void> judge_people();

  sqlite::Database& landing_;
  std::string judged_by_;  // what had been said then
};

}  // namespace stedi::lakehouse
