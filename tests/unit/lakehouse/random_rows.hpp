// Random rows of few people, serials and instants, so that ties, copies, stale records and implausible times
// are common.
#pragma once

#include <random>

#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {

class RandomRows {
 public:
  explicit RandomRows(std::uint64_t seed) : random(seed) {}

  std::mt19937_64 random;

  std::int64_t pick(std::initializer_list<std::int64_t> values) {
    return *(values.begin() + random() % values.size());
  }
  std::int64_t instant() {
    return pick({noon - 20, noon - 10, noon, noon, noon + 10, noon + 20, receipt, receipt + 10,
                 receipt + one_day, receipt + one_day + 1, year_2000 - 1, year_2000, 0, -5});
  }
  std::int64_t received() { return pick({noon + 5, receipt, receipt, receipt + 20}); }
  std::string email() { return std::string(1, static_cast<char>('a' + random() % 3)) + "@x.org"; }
  std::string serial() { return random() % 3 == 0 ? "S2" : "S1"; }

  CustomerRow record() {
    if (last_record_ && random() % 4 == 0) {
      last_record_->received = received();  // a copy of it
      return *last_record_;
    }
    CustomerRow row;
    if (random() % 8 != 0)
      row.updated = instant();
    else
      row.updated = std::nullopt;
    if (random() % 3 != 0) row.research = instant();
    row.updated_is_invalid = random() % 12 == 0;
    row.received = received();
    row.serial =
        random() % 6 == 0 ? std::nullopt : std::optional<std::string>(random() % 4 == 0 ? "S2" : "S1");
    row.name = random() % 2 == 0 ? "Ann" : "Anna";
    return *(last_record_ = row);
  }
  EventRow event() {
    return {.action = random() % 2 == 0 ? "grant" : "withdraw",
            .at = instant(),
            .received = received(),
            .purpose = random() % 10 == 0 ? "marketing" : "research"};
  }
  PairingRow pairing() {
    return {.serial = serial(),
            .email = random() % 4 == 0 ? std::nullopt : std::optional(email()),
            .at = instant(),
            .received = received()};
  }
  MovementRow movement() {
    return {.user = email(), .at = instant(), .x = random() % 2 == 0 ? 1.0 : 2.0, .received = received()};
  }
  StepRow step() { return {.serial = serial(), .at = instant(), .distance = 7, .received = received()}; }

 private:
  std::optional<CustomerRow> last_record_;
};

}  // namespace stedi::lakehouse
