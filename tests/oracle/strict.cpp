// Rules 3 to 7 of `strict`.
#include <algorithm>
#include <set>
#include <unordered_set>

#include "tests/oracle/names.hpp"
#include "tests/oracle/people.hpp"
#include "tests/oracle/policy.hpp"
#include "tests/oracle/table_rows.hpp"

namespace stedi::oracle {

namespace {

constexpr std::string_view counts;  // no reason keeps it out

// Rule 3: nothing of a person counts while consent does not run.
std::string_view obstacle_of(const Person& person) {
  if (person.is_ambiguous) return "ambiguous_consent";
  return person.granted_from_ms ? counts : "not_granted";
}

// Rules 3 and 7: why a plausible reading of this person does not count.
std::string_view obstacle_at(const Person* person, std::int64_t at_ms) {
  if (person == nullptr) return "unknown_subject";
  if (const auto obstacle = obstacle_of(*person); !obstacle.empty()) return obstacle;
  return at_ms < *person->granted_from_ms ? "before_consent" : counts;
}

const Person* find(const People& people, const std::string& identity) {
  const auto person = people.find(identity);
  return person == people.end() ? nullptr : &person->second;
}

// Rule 5: whose reading it is, by serial and time.
class Trainers {
 public:
  explicit Trainers(const Landed& landed) {
    for (const Customer& record : landed.customers) {
      if (const auto serial = serial_of(record.serial)) carriers_[*serial].insert(identity_of(record.email));
    }
    for (const Pairing& event : landed.pairings) {
      paired_[trimmed(event.serial)][event_ms(event.at_ms, event.received_ms)].insert(
          event.email ? identity_of(*event.email) : nobody);
    }
  }

  struct Owner {
    std::string_view obstacle;  // when nobody can be named
    std::string identity;
  };
  Owner owner_at(const std::string& serial, std::int64_t at_ms) const {
    const Names* names = names_at(serial, at_ms);
    if (names == nullptr) return {"unknown_serial", ""};
    if (names->size() > 1) return {"ambiguous_serial", ""};
    return *names->begin() == nobody ? Owner{"unpaired", ""} : Owner{counts, *names->begin()};
  }

 private:
  using Names = std::set<std::string>;
  inline static const std::string nobody;

  // The answers of the latest pairings at or before the time; without one, everybody whose records ever
  // carried it.
  const Names* names_at(const std::string& serial, std::int64_t at_ms) const {
    if (const auto paired = paired_.find(serial); paired != paired_.end()) {
      const auto later = paired->second.upper_bound(at_ms);
      if (later != paired->second.begin()) return &std::prev(later)->second;
    }
    const auto carried = carriers_.find(serial);
    return carried == carriers_.end() ? nullptr : &carried->second;
  }

  std::map<std::string, Names> carriers_;                        // by serial
  std::map<std::string, std::map<std::int64_t, Names>> paired_;  // by serial and instant
};

// What counts so far, table by table.
class Strict {
 public:
  Strict(const Landed& landed, const Pseudonym& pseudonym)
      : landed_(landed), pseudonym_(pseudonym), people_(judge_people(landed)), trainers_(landed) {}

  Outcome judge() {
    judge_customers();
    for (const Movement& reading : landed_.movements) outcome_.movements.push_back(judge_movement(reading));
    curate_customers();
    for (const Step& reading : landed_.steps) outcome_.steps.push_back(judge_step(reading));
    finish(outcome_.tables);
    return std::move(outcome_);
  }

 private:
  // Rules 3 and 7: of a person's records the current one is trusted, its copies are duplicates.
  void judge_customers() {
    for (const auto& [identity, person] : people_) {
      if (obstacle_of(person) == counts)
        outcome_.tables["customer_trusted"].push_back(customer_by_identity(*person.current_record().record));
    }
    for (const Customer& record : landed_.customers)
      outcome_.customers.push_back(fate_of(record, people_.at(identity_of(record.email))));
  }
  static std::string_view fate_of(const Customer& record, const Person& person) {
    const Judged& current = person.current_record();
    const auto obstacle = obstacle_of(person);
    if (current.record == &record) return obstacle == counts ? "trusted" : obstacle;
    const auto judged = std::ranges::find(person.records, &record, &Judged::record);
    return judged->canonical == current.canonical && obstacle == counts ? "duplicate" : "superseded";
  }

  // Rules 4 and 6: a movement is its user's; equal ones, by identity, count once.
  std::string_view judge_movement(const Movement& reading) {
    if (!is_plausible(reading.at_ms, reading.received_ms)) return "implausible_time";
    const std::string identity = identity_of(reading.user);
    const auto obstacle = obstacle_at(find(people_, identity), reading.at_ms);
    if (obstacle != counts) return obstacle;
    const std::string row = movement_row(identity, reading);
    if (!seen_.insert(row).second) return "duplicate";
    outcome_.tables["accelerometer_trusted"].push_back(row);
    movements_at_[{identity, reading.at_ms}].push_back(values_of(reading));
    moving_.insert(identity);
    return "trusted";
  }

  // Rule 6: trusted customers with at least one trusted movement.
  void curate_customers() {
    for (const std::string& identity : moving_) {
      const Customer& record = *people_.at(identity).current_record().record;
      outcome_.tables["customers_curated"].push_back(customer_by_identity(record));
    }
  }

  // Rules 5 and 6: a trainer's reading is its owner's, who must be curated; equal ones, by serial, count
  // once.
  std::string_view judge_step(const Step& reading) {
    if (!is_plausible(reading.at_ms, reading.received_ms)) return "implausible_time";
    const std::string serial = trimmed(reading.serial);
    const auto owner = trainers_.owner_at(serial, reading.at_ms);
    if (owner.obstacle != counts) return owner.obstacle;
    const auto obstacle = obstacle_at(find(people_, owner.identity), reading.at_ms);
    if (obstacle != counts) return obstacle;
    if (!moving_.contains(owner.identity)) return "no_accelerometer";
    const std::string row = step_row(reading, serial);
    if (!seen_.insert(row).second) return "duplicate";
    outcome_.tables["step_trainer_trusted"].push_back(row);
    pair(owner.identity, reading);
    return "trusted";
  }

  // Rule 6: every pair of a step and a movement of one person and millisecond.
  void pair(const std::string& identity, const Step& step) {
    const auto movements = movements_at_.find({identity, step.at_ms});
    if (movements == movements_at_.end()) return;
    const std::string of_step =
        cell(std::string_view(pseudonym_(identity))) + cell(step.at_ms) + cell(step.distance);
    for (const std::string& values : movements->second)
      outcome_.tables["machine_learning_curated"].push_back(of_step + values);
  }

  const Landed& landed_;
  const Pseudonym& pseudonym_;
  const People people_;
  const Trainers trainers_;
  std::unordered_set<std::string> seen_;  // rows of trusted readings
  std::set<std::string> moving_;          // people with a trusted movement
  std::map<std::pair<std::string, std::int64_t>, std::vector<std::string>> movements_at_;  // x, y, z
  Outcome outcome_;
};

}  // namespace

Stands stands(const Landed& landed) {
  Stands all;
  for (const auto& [identity, person] : judge_people(landed)) {
    const std::string_view agreed = person.granted_from_ms ? "granted" : "not_granted";
    all[identity] = {person.is_ambiguous ? "ambiguous" : agreed, person.granted_from_ms};
  }
  return all;
}

Outcome strict(const Landed& landed, const Pseudonym& pseudonym) {
  return Strict(landed, pseudonym).judge();
}

}  // namespace stedi::oracle
