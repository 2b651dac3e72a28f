// Rules 1 and 2: the current record of each person, and from when consent runs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/oracle/records.hpp"

namespace stedi::oracle {

// The instant of a consent or pairing event: its receipt, when its time is implausible.
std::int64_t event_ms(std::int64_t at_ms, std::int64_t received_ms);

// A customer record and what rule 1 reads in it.
struct Judged {
  const Customer* record = nullptr;
  std::int64_t updated_ms = 0;
  std::optional<std::int64_t> research_ms;  // when valid
  std::string canonical;
};

struct Person {
  std::vector<Judged> records;         // all of them, as they landed; never none
  std::vector<const Consent*> events;  // of the purpose research
  std::size_t current = 0;
  bool is_ambiguous = false;
  std::optional<std::int64_t> granted_from_ms;

  const Judged& current_record() const { return records[current]; }
  bool has_withdrawn() const;  // by an event
};

// By email identity; people without a customer record are not there.
using People = std::map<std::string, Person>;
People judge_people(const Landed& landed);

}  // namespace stedi::oracle
