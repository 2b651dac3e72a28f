// `reference` of docs/policy.md, written from its text alone: no SQL, no ids, no index. Slow and plain.
#pragma once

#include <map>
#include <set>
#include <string>

#include "tests/property/consent_oracle.hpp"

namespace stedi::lakehouse {

// By table, a line a row with these columns:
//   customer_trusted, customers_curated  email|customerName|serialNumber|lastUpdateDate|research
//   accelerometer_trusted                user|timestamp|x|y|z
//   step_trainer_trusted                 sensorReadingTime|serialNumber|distanceFromObject
//   machine_learning_curated             sensorReadingTime|serialNumber|distanceFromObject|user|x|y|z
using ReferenceTables = std::map<std::string, std::set<std::string>>;

ReferenceTables reference_by_the_rules(const LandedRecords& landed);

}  // namespace stedi::lakehouse
