#include "tests/property/consent_oracle.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "core/record/encode.hpp"
#include "core/record/identity.hpp"
#include "tests/property/oracle_rows.hpp"

namespace stedi::lakehouse {

namespace {

constexpr std::int64_t year_2000 = 946'684'800'000;
constexpr std::int64_t hours_24 = 24 * 60 * 60 * 1000;

bool is_plausible(std::int64_t at, std::int64_t received) {
  return at >= year_2000 && at <= received + hours_24;
}
// "An implausible event time counts as its receipt time."
std::int64_t event_time(std::int64_t at, std::int64_t received) {
  return is_plausible(at, received) ? at : received;
}

std::string serial_of(const CustomerRecord& record) {
  return std::string(trimmed(record.serial_number.value_or("")));
}

// ---- Rule 1

std::int64_t updated_ms(const Received<CustomerRecord>& each) {
  if (each.record.last_update_invalid) return each.received_ms;
  const std::int64_t said = each.record.last_update_ms.value_or(0);
  if (said < year_2000) return 0;
  return said > each.received_ms + hours_24 ? each.received_ms : said;
}

std::optional<std::int64_t> research_date(const Received<CustomerRecord>& each) {
  const auto date = each.record.research_from_ms;
  if (!date || *date <= 0 || *date > each.received_ms + hours_24) return std::nullopt;
  return date;
}

struct Person {
  const Received<CustomerRecord>* current = nullptr;
  bool ambiguous = false;
  std::optional<std::int64_t> granted_from;
};

void choose_current(const std::vector<const Received<CustomerRecord>*>& records, Person& person) {
  std::int64_t latest = std::numeric_limits<std::int64_t>::min();
  for (const auto* record : records) latest = std::max(latest, updated_ms(*record));
  for (const auto* record : records) {
    if (updated_ms(*record) != latest) continue;
    if (person.current == nullptr) person.current = record;
    person.ambiguous |= research_date(*record) != research_date(*person.current) ||
                        serial_of(record->record) != serial_of(person.current->record);
  }
  for (const auto* record : records) {
    if (updated_ms(*record) == latest &&
        canonical_bytes(record->record) > canonical_bytes(person.current->record)) {
      person.current = record;
    }
  }
}

// ---- Rule 2

struct Grant {
  std::int64_t from;
  std::int64_t said;  // what counts against a withdrawal
};

std::vector<Grant> grants(const Person& person, const std::vector<const Received<CustomerRecord>*>& records,
                          const std::vector<const Received<ConsentEvent>*>& events) {
  std::vector<Grant> all;
  const auto date = research_date(*person.current);
  if (date) {
    Grant grant{*date, *date};
    for (const auto* copy : records) {
      const bool equal = canonical_bytes(copy->record) == canonical_bytes(person.current->record);
      if (equal && research_date(*copy)) grant.said = std::min(grant.said, copy->received_ms);
    }
    all.push_back(grant);
  }
  for (const auto* event : events) {
    if (event->record.action != ConsentEvent::Action::grant) continue;
    const std::int64_t at = event_time(event->record.timestamp_ms, event->received_ms);
    Grant grant{at, at};
    for (const auto* copy : events) {
      const bool equal = copy->record.action == ConsentEvent::Action::grant &&
                         event_time(copy->record.timestamp_ms, copy->received_ms) == at;
      if (equal) grant.said = std::min(grant.said, copy->received_ms);
    }
    all.push_back(grant);
  }
  return all;
}

std::optional<std::int64_t> latest_withdrawal(const std::vector<const Received<CustomerRecord>*>& records,
                                              const std::vector<const Received<ConsentEvent>*>& events) {
  std::optional<std::int64_t> latest;
  const auto withdrawn_at = [&](std::int64_t at) { latest = std::max(latest.value_or(at), at); };
  for (const auto* record : records) {
    if (!research_date(*record)) withdrawn_at(updated_ms(*record));
  }
  for (const auto* event : events) {
    if (event->record.action == ConsentEvent::Action::withdraw) {
      withdrawn_at(event_time(event->record.timestamp_ms, event->received_ms));
    }
  }
  return latest;
}

std::map<std::string, Person> judge_people(const LandedRecords& landed) {
  std::map<std::string, std::vector<const Received<CustomerRecord>*>> records;
  std::map<std::string, std::vector<const Received<ConsentEvent>*>> events;
  for (const auto& each : landed.customers) records[email_identity(each.record.email)].push_back(&each);
  for (const auto& each : landed.consents) {
    if (each.record.purpose == "research") events[email_identity(each.record.email)].push_back(&each);
  }
  std::map<std::string, Person> people;
  for (const auto& [email, theirs] : records) {
    Person& person = people[email];
    choose_current(theirs, person);
    if (person.ambiguous) continue;
    const auto withdrawn = latest_withdrawal(theirs, events[email]);
    for (const Grant& grant : grants(person, theirs, events[email])) {
      if (withdrawn && grant.said <= *withdrawn) continue;
      person.granted_from = std::min(person.granted_from.value_or(grant.from), grant.from);
    }
  }
  return people;
}

// ---- Rule 5

// The one person whose reading it is; nullopt: nobody's, or nobody can say.
std::optional<std::string> owner_of(const LandedRecords& landed, const std::string& serial, std::int64_t at) {
  std::optional<std::int64_t> latest;
  for (const auto& each : landed.pairings) {
    const std::int64_t paired_at = event_time(each.record.timestamp_ms, each.received_ms);
    if (trimmed(each.record.serial_number) == serial && paired_at <= at)
      latest = std::max(latest.value_or(paired_at), paired_at);
  }
  std::set<std::string> answers;  // "" is nobody
  if (latest) {
    for (const auto& each : landed.pairings) {
      const bool decides = trimmed(each.record.serial_number) == serial &&
                           event_time(each.record.timestamp_ms, each.received_ms) == *latest;
      if (decides) answers.insert(each.record.email ? email_identity(*each.record.email) : "");
    }
  } else {
    for (const auto& each : landed.customers) {
      if (serial_of(each.record) == serial) answers.insert(email_identity(each.record.email));
    }
  }
  if (answers.size() != 1 || answers.begin()->empty()) return std::nullopt;
  return *answers.begin();
}

// ---- Rows

struct Movement {
  std::string user;
  std::int64_t at;
  double x, y, z;
  auto operator<=>(const Movement&) const = default;
};

struct Step {
  std::string owner;
  std::int64_t at;
  std::string serial;
  std::int64_t distance;
  auto operator<=>(const Step&) const = default;
};

std::set<Movement> trusted_movements(const LandedRecords& landed,
                                     const std::map<std::string, Person>& people) {
  std::set<Movement> trusted;
  for (const auto& each : landed.movements) {
    const auto person = people.find(email_identity(each.record.user));
    if (person == people.end() || !person->second.granted_from) continue;
    if (!is_plausible(each.record.timestamp_ms, each.received_ms)) continue;
    if (each.record.timestamp_ms < *person->second.granted_from) continue;
    trusted.insert({person->first, each.record.timestamp_ms, each.record.x, each.record.y, each.record.z});
  }
  return trusted;
}

std::set<Step> trusted_steps(const LandedRecords& landed, const std::map<std::string, Person>& people,
                             const std::set<std::string>& curated) {
  std::set<Step> trusted;
  for (const auto& each : landed.steps) {
    const std::string serial(trimmed(each.record.serial_number));
    if (!is_plausible(each.record.reading_time_ms, each.received_ms)) continue;
    const auto owner = owner_of(landed, serial, each.record.reading_time_ms);
    if (!owner || !curated.contains(*owner)) continue;
    if (each.record.reading_time_ms < *people.at(*owner).granted_from) continue;
    trusted.insert({*owner, each.record.reading_time_ms, serial, each.record.distance_from_object});
  }
  return trusted;
}

}  // namespace

std::set<std::string> withdrawn_people(const LandedRecords& landed) {
  const auto people = judge_people(landed);
  std::set<std::string> withdrawn;
  for (const auto& each : landed.consents) {
    if (each.record.purpose != "research" || each.record.action != ConsentEvent::Action::withdraw) continue;
    const std::string email = email_identity(each.record.email);
    const auto person = people.find(email);
    if (person == people.end() || !person->second.granted_from) withdrawn.insert(email);
  }
  return withdrawn;
}

StrictTables strict_by_the_rules(const LandedRecords& landed) {
  StrictTables tables;
  const auto people = judge_people(landed);
  for (const auto& [email, person] : people) {
    if (!person.granted_from) continue;
    const CustomerRecord& record = person.current->record;
    tables.customer_trusted.push_back(row(email, record.customer_name.value_or(""), serial_of(record),
                                          text(record.last_update_ms), text(record.research_from_ms)));
  }
  const auto movements = trusted_movements(landed, people);
  std::set<std::string> curated;
  for (const Movement& each : movements) {
    tables.accelerometer_trusted.push_back(
        row(each.user, text(each.at), text(each.x), text(each.y), text(each.z)));
    curated.insert(each.user);
  }
  tables.customers_curated.assign(curated.begin(), curated.end());
  for (const Step& step : trusted_steps(landed, people, curated)) {
    tables.step_trainer_trusted.push_back(row(text(step.at), step.serial, text(step.distance)));
    for (const Movement& each : movements) {
      if (each.user != step.owner || each.at != step.at) continue;
      tables.machine_learning_curated.push_back(
          row(step.owner, text(step.at), text(step.distance), text(each.x), text(each.y), text(each.z)));
    }
  }
  for (auto* table : {&tables.customer_trusted, &tables.accelerometer_trusted, &tables.customers_curated,
                      &tables.step_trainer_trusted, &tables.machine_learning_curated}) {
    std::ranges::sort(*table);
  }
  return tables;
}

}  // namespace stedi::lakehouse
