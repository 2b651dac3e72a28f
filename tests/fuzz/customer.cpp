#include <array>

#include "core/record/identity.hpp"
#include "tests/fuzz/record_laws.hpp"
#include "tests/fuzz/target.hpp"

namespace stedi::fuzz {

void check(std::string_view input) {
  static constexpr std::array<std::string_view, 10> names = {"customerName",
                                                             "email",
                                                             "phone",
                                                             "birthDay",
                                                             "serialNumber",
                                                             "registrationDate",
                                                             "lastUpdateDate",
                                                             "shareWithResearchAsOfDate",
                                                             "shareWithPublicAsOfDate",
                                                             "shareWithFriendsAsOfDate"};
  const auto record = require_record_laws<CustomerRecord>(input, {names, "", true});
  if (!record) return;
  require(!trimmed(record->email).empty(), "a customer has an email");
  require(!(record->last_update_ms && record->last_update_invalid), "a date is a date or invalid");
  require(!record->research_from_ms || *record->research_from_ms == 0 || record->research_is_number,
          "a research date other than 0 is a number");
  std::optional<Reason> reason;
  const auto back = decode_exactly<CustomerRecord>(encode(*record), " ", reason);
  if (back) require(canonical_bytes(*back) == canonical_bytes(*record), "ties are decided alike for ever");
}

}  // namespace stedi::fuzz
