// `reference`: the numbers everybody publishes, by text exactly as landed, less those who withdrew.
#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "tests/oracle/names.hpp"
#include "tests/oracle/people.hpp"
#include "tests/oracle/policy.hpp"
#include "tests/oracle/table_rows.hpp"

namespace stedi::oracle {

namespace {

class Reference {
 public:
  explicit Reference(const Landed& landed) : landed_(landed), people_(judge_people(landed)) {}

  Outcome judge() {
    find_agreed();
    for (const Movement& reading : landed_.movements) outcome_.movements.push_back(judge_movement(reading));
    for (const Customer& record : landed_.customers) outcome_.customers.push_back(judge_customer(record));
    for (const Step& reading : landed_.steps) outcome_.steps.push_back(judge_step(reading));
    finish(outcome_.tables);
    return std::move(outcome_);
  }

 private:
  // The record's own date is a number other than 0; who withdrew, and is not granted, leaves with every
  // record.
  bool agrees(const Customer& record) const {
    const Person& person = people_.at(identity_of(record.email));
    return record.research_is_number && (!person.has_withdrawn() || person.granted_from_ms);
  }
  void find_agreed() {
    for (const Customer& record : landed_.customers) {
      if (const auto serial = serial_of(record.serial)) carried_.insert(*serial);
      if (!agrees(record)) continue;
      agreed_emails_.insert(record.email);
      if (record.serial) agreed_serials_.insert(*record.serial);
    }
  }

  // Each distinct row counts once; which rows count is said before any is.
  std::string_view once(const char* table, const std::string& row) {
    if (!seen_.insert(table + row).second) return "duplicate";
    outcome_.tables[table].push_back(row);
    return "trusted";
  }

  // A movement whose user is written exactly as the email of a record that agrees.
  std::string_view judge_movement(const Movement& reading) {
    if (!agreed_emails_.contains(reading.user))
      return people_.contains(identity_of(reading.user)) ? "not_granted" : "unknown_subject";
    const auto fate = once("accelerometer_trusted", movement_row(reading.user, reading));
    if (fate == "trusted") movements_at_.emplace(reading.at_ms, &reading);
    moving_.insert(reading.user);
    return fate;
  }

  // Curated are the records of emails with movements; theirs are the serials that count.
  std::string_view judge_customer(const Customer& record) {
    if (!agrees(record)) return "not_granted";
    const std::string row = customer_as_landed(record);
    if (moving_.contains(record.email)) {
      once("customers_curated", row);
      if (record.serial) moving_serials_.insert(*record.serial);
    }
    return once("customer_trusted", row);
  }

  std::string_view judge_step(const Step& reading) {
    if (!moving_serials_.contains(reading.serial)) {
      if (agreed_serials_.contains(reading.serial)) return "no_accelerometer";
      return carried_.contains(trimmed(reading.serial)) ? "not_granted" : "unknown_serial";
    }
    const std::string row = step_row(reading, reading.serial);
    const auto fate = once("step_trainer_trusted", row);
    if (fate == "trusted") pair(row, reading.at_ms);
    return fate;
  }

  // On equal time alone, whosever they are.
  void pair(const std::string& step, std::int64_t at_ms) {
    const auto [first, last] = movements_at_.equal_range(at_ms);
    for (auto movement = first; movement != last; ++movement) {
      once("machine_learning_curated",
           step + cell(std::string_view(movement->second->user)) + values_of(*movement->second));
    }
  }

  const Landed& landed_;
  const People people_;
  std::set<std::string> agreed_emails_;   // of records that agree
  std::set<std::string> agreed_serials_;  // of records that agree
  std::set<std::string> carried_;         // serials of any record, by identity
  std::set<std::string> moving_;          // emails of records that agree, with movements
  std::set<std::string> moving_serials_;  // of their records
  std::unordered_set<std::string> seen_;  // rows, each with its table
  std::unordered_multimap<std::int64_t, const Movement*> movements_at_;
  Outcome outcome_;
};

}  // namespace

Outcome reference(const Landed& landed) {
  return Reference(landed).judge();
}

}  // namespace stedi::oracle
