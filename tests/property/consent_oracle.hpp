// The rules of docs/policy.md, strict, written from their text alone: no SQL, no ids, no index. Slow and
// plain.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/record/records.hpp"

namespace stedi::lakehouse {

template <typename Record>
struct Received {
  Record record;
  std::int64_t received_ms = 0;
};

// Everything that has landed and has not left.
struct LandedRecords {
  std::vector<Received<CustomerRecord>> customers;
  std::vector<Received<ConsentEvent>> consents;
  std::vector<Received<PairingEvent>> pairings;
  std::vector<Received<AccelerometerReading>> movements;
  std::vector<Received<StepTrainerReading>> steps;
};

// The five tables, a line a row with columns joined by '|', sorted. The ML table names a person by email.
struct StrictTables {
  std::vector<std::string> customer_trusted;       // email|customerName|serialNumber|lastUpdateDate|research
  std::vector<std::string> accelerometer_trusted;  // user|timestamp|x|y|z
  std::vector<std::string> customers_curated;      // email
  std::vector<std::string> step_trainer_trusted;   // sensorReadingTime|serialNumber|distanceFromObject
  std::vector<std::string> machine_learning_curated;  // email|sensorReadingTime|distanceFromObject|x|y|z
};

StrictTables strict_by_the_rules(const LandedRecords& landed);
// Who said they withdraw and has no consent since, by email identity: they leave `reference`, too.
std::set<std::string> withdrawn_people(const LandedRecords& landed);

}  // namespace stedi::lakehouse
