// What `validate` says of the records of a stream, as the oracle counts fates.
#pragma once

#include <string>

#include "lakehouse/answers/validate.hpp"
#include "tests/oracle/policy.hpp"

namespace stedi::test {

inline oracle::Counts fates_in(const lakehouse::Validation& validation, lakehouse::Profile profile,
                               const std::string& stream) {
  using lakehouse::Value;
  oracle::Counts counts;
  for (const lakehouse::Row& row : validation.reconciliation.rows) {
    const bool is_fate = row[0] == Value(std::string(profile_name(profile))) && row[1] == Value(stream) &&
                         row[2] != Value(std::string("landed"));
    const auto records = std::get<std::int64_t>(row[3]);
    if (is_fate && records != 0) counts[std::get<std::string>(row[2])] = records;
  }
  return counts;
}

}  // namespace stedi::test
