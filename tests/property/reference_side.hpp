// `reference` in a store that things happen to. It is made in full when anything lands but consent, so that
// the law is about consent: who withdraws leaves by rules of their own (lakehouse/leave), as if all were made
// anew.
#pragma once

#include <memory>
#include <string>

#include "core/clock.hpp"
#include "lakehouse/runner/curator.hpp"
#include "lakehouse/store/store_folder.hpp"
#include "tests/oracle/records.hpp"

namespace stedi::lakehouse {

class ReferenceSide {
 public:
  ReferenceSide(StoreFolder store, const Clock& clock) : store_(std::move(store)), clock_(clock) {}

  // Makes the tables, so that they are there when somebody speaks.
  void before_consent(const oracle::Landed& landed);
  // "" or what differs from a full recompute or from the rules. Nothing is compared, and no tables are left,
  // unless somebody has spoken: then they are deleted afterwards, and the store is as if they had never been.
  std::string compare_after_consent(const oracle::Landed& landed);

 private:
  std::string compare_with_full(sqlite::Database& zones);
  std::string compare_with_rules(sqlite::Database& zones, const oracle::Landed& landed, bool has_read_all);

  StoreFolder store_;
  const Clock& clock_;
  std::unique_ptr<Curator> curator_;  // while somebody has spoken
  oracle::Landed before_;             // when they did
};

}  // namespace stedi::lakehouse
