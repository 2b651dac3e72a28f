// Where one person stands, statement by statement: rules 1 and 2 of the policy (docs/policy.md) as a fold,
// for the ledger, which must know the effect of every single statement, and for explanations, which must say
// which one decided. The tables follow jobs/subject_state.sql alone; a property test holds the two together.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "lakehouse/consent/statement.hpp"

namespace stedi::lakehouse {

enum class Stand {
  no_record,  // consent events at most: without a customer record nothing of the person counts
  not_granted,
  granted,
  ambiguous,  // records of one instant that disagree
};
// "no_record", "not_granted", "granted", "ambiguous".
std::string_view stand_name(Stand stand);

struct DecidingStatement {
  ConsentStatement::Kind kind = ConsentStatement::Kind::record;
  std::int64_t received_ms = 0;
  std::int64_t at_ms = 0;  // a grant's consent runs from here; a withdrawal counts at it
};

struct Verdict {
  Stand stand = Stand::no_record;
  std::optional<std::int64_t> granted_from_ms;  // when granted
  std::optional<DecidingStatement> decided_by;  // granted: the grant; not granted: the latest withdrawal
  bool same_as(const Verdict& other) const {
    return stand == other.stand && granted_from_ms == other.granted_from_ms;
  }
};

class Standing {
 public:
  // In any order: what follows depends on the set of statements alone.
  void add(const ConsentStatement& said);
  Verdict verdict() const;

 private:
  // Against a withdrawal a grant counts as said at said_ms: its date, or its receipt when that is earlier,
  // and of equal copies the least of these.
  struct Grant {
    std::int64_t said_ms = 0;
    DecidingStatement by;  // at_ms: from when consent runs
  };
  void add_record(const ConsentStatement& said);
  void add_grant(const ConsentStatement& said);
  void add_refusal(const ConsentStatement& record);
  void withdraw(const DecidingStatement& by);
  void find_withdrawal_again();
  std::optional<DecidingStatement> best_grant() const;

  // Rule 1. Of the records with the greatest at_ms: the one that ranks first, and whether they disagree.
  std::optional<ConsentStatement> current_;
  bool disagrees_ = false;
  // Rule 2. The latest withdrawal; the research dates of all records, by canonical bytes; the grant events,
  // by the instant from which consent runs, and those of them that are later than the withdrawal.
  std::optional<DecidingStatement> withdrawn_;
  std::optional<DecidingStatement> dated_withdrawal_;  // the latest of those that say when
  std::map<std::string, DecidingStatement>
      undated_refusals_;  // by canonical bytes: the first of equal copies
  std::map<std::string, std::int64_t> record_said_ms_;
  std::map<std::int64_t, Grant> grants_;
  std::set<std::int64_t> standing_;
  std::set<std::pair<std::int64_t, std::int64_t>> standing_by_said_;  // said_ms, from_ms
};

}  // namespace stedi::lakehouse
