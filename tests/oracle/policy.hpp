// The policy's two profiles, from what has landed to every row of every table and the fate of every record:
// written from docs/policy.md alone, plain, and apart from the jobs, the reconciliation and the fold, which
// are all held to it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/oracle/records.hpp"
#include "tests/oracle/rows.hpp"

namespace stedi::oracle {

// Where a person with a customer record stands, by email identity.
struct Stand {
  std::string_view status;  // granted, not_granted or ambiguous
  std::optional<std::int64_t> granted_from_ms;
  bool operator==(const Stand&) const = default;
};
using Stands = std::map<std::string, Stand>;

// One a record, in the order in which they landed: trusted, duplicate, or the first reason that keeps it out.
using Fates = std::vector<std::string_view>;

struct Outcome {
  Tables tables;  // the five everybody knows, with their columns
  Fates customers;
  Fates movements;
  Fates steps;
};

// What the ML table of `strict` calls a person, by email identity.
using Pseudonym = std::function<std::string(const std::string& identity)>;

Stands stands(const Landed& landed);
Outcome strict(const Landed& landed, const Pseudonym& pseudonym);
Outcome reference(const Landed& landed);
// The three landing views, text as landed.
Tables landing(const Landed& landed);

// A reading timed before 2000 or more than 24 h after its receipt is not plausible.
bool is_plausible(std::int64_t at_ms, std::int64_t received_ms);

// How many records have each fate.
using Counts = std::map<std::string, std::int64_t>;
Counts count(const Fates& fates);

}  // namespace stedi::oracle
