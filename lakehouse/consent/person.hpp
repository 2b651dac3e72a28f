// A person of the store, found by email.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/consent/standing.hpp"

namespace stedi::lakehouse {

struct Person {
  std::int64_t subject_id = 0;
  std::string email;  // its identity
};

// By email identity. An email that is empty is a usage error; one that the store does not know fails. Neither
// message repeats it. `landing` sees landing.db in `schema`.
Result<Person> find_person(sqlite::Database& landing, std::string_view schema, std::string_view email);

// Where a person stands now, since when, and by which statement.
struct PersonalConsent {
  Verdict verdict;
  std::optional<std::int64_t> since_ms;  // receipt of the statement that made it so
  std::string why;                       // one sentence that names the rule (docs/policy.md)
};
Result<PersonalConsent> consent_of(sqlite::Database& landing, std::string_view schema, const Person& person);

}  // namespace stedi::lakehouse
