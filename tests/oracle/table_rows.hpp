// Rows of the tables everybody knows, in the order of their columns.
#pragma once

#include <string>

#include "tests/oracle/records.hpp"
#include "tests/oracle/rows.hpp"

namespace stedi::oracle {

std::string customer_as_landed(const Customer& record);
std::string customer_by_identity(const Customer& record);  // email and serial
std::string movement_row(std::string_view user, const Movement& reading);
std::string values_of(const Movement& reading);  // x, y, z
std::string step_row(const Step& reading, std::string_view serial);

// Each of the five tables is there, and sorted.
void finish(Tables& tables);

}  // namespace stedi::oracle
