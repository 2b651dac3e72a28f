#include "tests/oracle/table_rows.hpp"

#include <algorithm>

#include "tests/oracle/names.hpp"
#include "tests/oracle/policy.hpp"

namespace stedi::oracle {

namespace {

std::string customer_row(const Customer& record, std::string_view email,
                         const std::optional<std::string>& serial) {
  return cell_or_null(record.name) + cell(email) + cell_or_null(record.phone) +
         cell_or_null(record.birth_day) + cell_or_null(serial) + cell_or_null(record.registration_ms) +
         cell_or_null(record.updated_ms) + cell_or_null(record.research_ms) + cell_or_null(record.public_ms) +
         cell_or_null(record.friends_ms);
}

}  // namespace

std::string customer_as_landed(const Customer& record) {
  return customer_row(record, record.email, record.serial);
}

std::string customer_by_identity(const Customer& record) {
  return customer_row(record, identity_of(record.email), serial_of(record.serial));
}

std::string values_of(const Movement& reading) {
  return cell(reading.x) + cell(reading.y) + cell(reading.z);
}

std::string movement_row(std::string_view user, const Movement& reading) {
  return cell(user) + cell(reading.at_ms) + values_of(reading);
}

std::string step_row(const Step& reading, std::string_view serial) {
  return cell(reading.at_ms) + cell(serial) + cell(reading.distance);
}

void finish(Tables& tables) {
  for (const char* table : {"customer_trusted", "accelerometer_trusted", "customers_curated",
                            "step_trainer_trusted", "machine_learning_curated"})
    std::ranges::sort(tables[table]);
}

Tables landing(const Landed& landed) {
  Tables tables{{"customer_landing", {}}, {"accelerometer_landing", {}}, {"step_trainer_landing", {}}};
  for (const Customer& record : landed.customers)
    tables["customer_landing"].push_back(customer_as_landed(record));
  for (const Movement& reading : landed.movements)
    tables["accelerometer_landing"].push_back(movement_row(reading.user, reading));
  for (const Step& reading : landed.steps)
    tables["step_trainer_landing"].push_back(step_row(reading, reading.serial));
  for (auto& [name, rows] : tables) std::ranges::sort(rows);
  return tables;
}

Counts count(const Fates& fates) {
  Counts counts;
  for (const std::string_view fate : fates) ++counts[std::string(fate)];
  return counts;
}

}  // namespace stedi::oracle
