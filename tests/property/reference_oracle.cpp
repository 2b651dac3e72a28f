#include "tests/property/reference_oracle.hpp"

#include <vector>

#include "core/record/identity.hpp"
#include "tests/property/oracle_rows.hpp"

namespace stedi::lakehouse {

namespace {

std::string customer_row(const CustomerRecord& record) {
  return row(record.email, record.customer_name.value_or(""), record.serial_number.value_or(""),
             text(record.last_update_ms), text(record.research_from_ms));
}

// The field is there and not 0; who withdrew, and has no consent since, leaves with every record.
std::vector<CustomerRecord> trusted_customers(const LandedRecords& landed) {
  const std::set<std::string> withdrawn = withdrawn_people(landed);
  std::vector<CustomerRecord> trusted;
  for (const auto& each : landed.customers) {
    if (each.record.research_from_ms.value_or(0) == 0) continue;
    if (!withdrawn.contains(email_identity(each.record.email))) trusted.push_back(each.record);
  }
  return trusted;
}

}  // namespace

ReferenceTables reference_by_the_rules(const LandedRecords& landed) {
  ReferenceTables tables;
  const auto customers = trusted_customers(landed);
  std::set<std::string> emails;  // as written
  for (const CustomerRecord& each : customers) {
    tables["customer_trusted"].insert(customer_row(each));
    emails.insert(each.email);
  }
  std::set<std::string> users;
  for (const auto& [each, received_ms] : landed.movements) {
    if (!emails.contains(each.user)) continue;
    tables["accelerometer_trusted"].insert(
        row(each.user, text(each.timestamp_ms), text(each.x), text(each.y), text(each.z)));
    users.insert(each.user);
  }
  std::set<std::string> serials;  // as written
  for (const CustomerRecord& each : customers) {
    if (!users.contains(each.email)) continue;
    tables["customers_curated"].insert(customer_row(each));
    if (each.serial_number) serials.insert(*each.serial_number);
  }
  for (const auto& [step, received_ms] : landed.steps) {
    if (!serials.contains(step.serial_number)) continue;
    const std::string reading =
        row(text(step.reading_time_ms), step.serial_number, text(step.distance_from_object));
    tables["step_trainer_trusted"].insert(reading);
    for (const auto& [each, also_received_ms] : landed.movements) {
      if (each.timestamp_ms != step.reading_time_ms || !emails.contains(each.user)) continue;
      tables["machine_learning_curated"].insert(
          row(reading, each.user, text(each.x), text(each.y), text(each.z)));
    }
  }
  return tables;
}

}  // namespace stedi::lakehouse
