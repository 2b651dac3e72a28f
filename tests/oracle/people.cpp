#include "tests/oracle/people.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "tests/oracle/names.hpp"
#include "tests/oracle/policy.hpp"

namespace stedi::oracle {

namespace {

constexpr std::int64_t year_2000_ms = 946'684'800'000;
constexpr std::int64_t hours_24_ms = 24 * 60 * 60 * 1000;

bool is_too_far_ahead(std::int64_t at_ms, std::int64_t received_ms) {
  return at_ms > received_ms + hours_24_ms;
}

// Rule 1: absent or before 2000 counts as 0; later than receipt + 24 h, or no integer, as the receipt.
std::int64_t updated_ms(const Customer& record) {
  if (record.updated_is_no_integer) return record.received_ms;
  const std::int64_t said_ms = record.updated_ms.value_or(0);
  if (said_ms < year_2000_ms) return 0;
  return is_too_far_ahead(said_ms, record.received_ms) ? record.received_ms : said_ms;
}

// Rules 1 and 2: a research date is valid from 2000 to receipt + 24 h.
std::optional<std::int64_t> valid_research_ms(const Customer& record) {
  const auto date_ms = record.research_ms;
  if (!date_ms || *date_ms < year_2000_ms || is_too_far_ahead(*date_ms, record.received_ms))
    return std::nullopt;
  return date_ms;
}

// Rule 2: when it was written, unless nobody can know.
std::optional<std::int64_t> known_update_ms(const Customer& record) {
  if (record.updated_is_no_integer || !record.updated_ms) return std::nullopt;
  return is_plausible(*record.updated_ms, record.received_ms) ? record.updated_ms : std::nullopt;
}

// Rule 1: what decides ties, the seed fields as compact JSON; email and serial by identity, absent fields
// left out.
std::string canonical_bytes(const Customer& record) {
  nlohmann::ordered_json fields;
  const auto add = [&](const char* name, const auto& value) {
    if (value) fields[name] = *value;
  };
  add("email", std::optional(identity_of(record.email)));
  add("customerName", record.name);
  add("phone", record.phone);
  add("birthDay", record.birth_day);
  add("serialNumber", serial_of(record.serial));
  add("registrationDate", record.registration_ms);
  add("lastUpdateDate", record.updated_ms);
  add("shareWithResearchAsOfDate", record.research_ms);
  add("shareWithPublicAsOfDate", record.public_ms);
  add("shareWithFriendsAsOfDate", record.friends_ms);
  return fields.dump();
}

// Rule 1: of the latest records, which must agree on research date and serial, the greatest by its bytes; of
// equal copies the first.
void choose_current(Person& person) {
  const auto& records = person.records;
  const auto ranks_before = [](const Judged& a, const Judged& b) {
    return std::tie(a.updated_ms, a.canonical) < std::tie(b.updated_ms, b.canonical);
  };
  person.current =
      static_cast<std::size_t>(std::ranges::max_element(records, ranks_before) - records.begin());
  const Judged& current = person.current_record();
  person.is_ambiguous = std::ranges::any_of(records, [&](const Judged& other) {
    return other.updated_ms == current.updated_ms &&
           (other.research_ms != current.research_ms ||
            serial_of(other.record->serial) != serial_of(current.record->serial));
  });
}

// Rule 2: a record without a valid research date withdraws when it was written; when nobody can know that, as
// of its receipt, and equal copies of it as of the first one's.
std::int64_t withdrawal_ms(const Person& person, const Judged& refusing) {
  if (const auto written_ms = known_update_ms(*refusing.record)) return *written_ms;
  std::int64_t first_ms = refusing.record->received_ms;
  for (const Judged& copy : person.records) {
    const bool is_equal = copy.canonical == refusing.canonical;
    if (is_equal && !copy.research_ms && !known_update_ms(*copy.record))
      first_ms = std::min(first_ms, copy.record->received_ms);
  }
  return first_ms;
}

// Rule 2, w: the latest of the withdraw events and of the records without a valid research date, superseded
// ones too.
std::optional<std::int64_t> last_withdrawal_ms(const Person& person) {
  std::optional<std::int64_t> latest;
  const auto withdrawn_at = [&](std::int64_t at_ms) { latest = std::max(latest.value_or(at_ms), at_ms); };
  for (const Judged& each : person.records) {
    if (!each.research_ms) withdrawn_at(withdrawal_ms(person, each));
  }
  for (const Consent* event : person.events) {
    if (!event->is_grant) withdrawn_at(event_ms(event->at_ms, event->received_ms));
  }
  return latest;
}

// Rule 2: consent starts at from_ms; against a withdrawal the grant counts as of said_ms.
struct Grant {
  std::int64_t from_ms;
  std::int64_t said_ms;
};

// Rule 2: dated after its receipt, a grant counts as of its receipt; of equal copies, the least of these
// times.
Grant grant_of_current_record(const Person& person) {
  const Judged& current = person.current_record();
  Grant grant{*current.research_ms, *current.research_ms};
  for (const Judged& copy : person.records) {
    if (copy.research_ms && copy.canonical == current.canonical)
      grant.said_ms = std::min(grant.said_ms, copy.record->received_ms);
  }
  return grant;
}

// Rule 2: copies of a grant event are those of the same instant.
Grant grant_of_event(const Person& person, std::int64_t at_ms) {
  Grant grant{at_ms, at_ms};
  for (const Consent* copy : person.events) {
    if (copy->is_grant && event_ms(copy->at_ms, copy->received_ms) == at_ms)
      grant.said_ms = std::min(grant.said_ms, copy->received_ms);
  }
  return grant;
}

std::vector<Grant> grants(const Person& person) {
  std::vector<Grant> all;
  if (person.current_record().research_ms) all.push_back(grant_of_current_record(person));
  for (const Consent* event : person.events) {
    if (event->is_grant) all.push_back(grant_of_event(person, event_ms(event->at_ms, event->received_ms)));
  }
  return all;
}

// Rule 2: consent runs from the earliest grant later than the last withdrawal; a tie is a withdrawal.
std::optional<std::int64_t> granted_from_ms(const Person& person) {
  if (person.is_ambiguous) return std::nullopt;
  const auto withdrawn_ms = last_withdrawal_ms(person);
  std::optional<std::int64_t> earliest;
  for (const Grant& grant : grants(person)) {
    if (withdrawn_ms && grant.said_ms <= *withdrawn_ms) continue;
    earliest = std::min(earliest.value_or(grant.from_ms), grant.from_ms);
  }
  return earliest;
}

}  // namespace

bool is_plausible(std::int64_t at_ms, std::int64_t received_ms) {
  return at_ms >= year_2000_ms && !is_too_far_ahead(at_ms, received_ms);
}

std::int64_t event_ms(std::int64_t at_ms, std::int64_t received_ms) {
  return is_plausible(at_ms, received_ms) ? at_ms : received_ms;
}

bool Person::has_withdrawn() const {
  return std::ranges::any_of(events, [](const Consent* event) { return !event->is_grant; });
}

People judge_people(const Landed& landed) {
  People people;
  for (const Customer& record : landed.customers) {
    people[identity_of(record.email)].records.push_back(
        {&record, updated_ms(record), valid_research_ms(record), canonical_bytes(record)});
  }
  for (const Consent& event : landed.consents) {
    const auto person = people.find(identity_of(event.email));
    if (event.purpose == "research" && person != people.end()) person->second.events.push_back(&event);
  }
  for (auto& [identity, person] : people) {
    choose_current(person);
    person.granted_from_ms = granted_from_ms(person);
  }
  return people;
}

}  // namespace stedi::oracle
