// Who said something about consent, and how: by the batch it landed in.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/consent/statement.hpp"

namespace stedi::lakehouse {

// Columns cause and origin of consent_ledger.
struct Cause {
  std::string kind;
  std::string origin;
};

// `reader` sees landing.db as `schema` and outlives this.
class Causes {
 public:
  static Result<Causes> open(sqlite::Database& reader, const std::string& schema);
  Result<Cause> of(const ConsentStatement& said);

 private:
  explicit Causes(sqlite::Statement find) : find_(std::move(find)) {}
  Result<void> read_batch(std::int64_t batch_id);

  sqlite::Statement find_;
  std::int64_t batch_id_ = -1;  // the batch that was read last: statements come in its order
  std::string kind_;
  std::string origin_;
};

}  // namespace stedi::lakehouse
