// Entries of the consent ledger, one a statement, each sealed together with the one before it.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/consent/ledger_anchor.hpp"
#include "lakehouse/consent/ledger_causes.hpp"
#include "lakehouse/consent/standing.hpp"
#include "lakehouse/consent/statement.hpp"
#include "lakehouse/store/ledger_key.hpp"

namespace stedi::lakehouse {

// Where a ledger goes on.
struct LedgerEnd {
  std::string store_uuid;  // what the first seal covers in place of one before it
  LedgerHead head;
  StatementCursor recorded;  // the statements that have their entry
};

// Inside a transaction of `ledger`. `reader` sees landing.db as `schema`; both and the key outlive this.
class Appender {
 public:
  // At most `held_people` are remembered at a time.
  static Result<Appender> open(sqlite::Database& ledger, sqlite::Database& reader, const std::string& schema,
                               const LedgerKey& key, LedgerEnd end, std::size_t held_people);

  Result<void> append_all(std::int64_t now_ms);
  const LedgerHead& head() const { return end_.head; }

 private:
  struct Person {
    std::string pseudonym;
    Standing standing;
    Verdict verdict;
  };

  Appender(sqlite::Statement insert, sqlite::Statement email, LandedStatements landed, Causes causes,
           const LedgerKey& key, LedgerEnd end, std::size_t held_people);
  Result<Person*> person_of(std::int64_t subject_id);
  Result<void> append(const ConsentStatement& said, std::int64_t now_ms);
  template <typename... Values>
  Result<void> write(std::int64_t entry, const Values&... values);

  sqlite::Statement insert_;
  sqlite::Statement email_;
  LandedStatements landed_;
  Causes causes_;
  const LedgerKey* key_;
  LedgerEnd end_;
  std::size_t held_people_;
  std::unordered_map<std::int64_t, Person> people_;
};

}  // namespace stedi::lakehouse
