// What is held about one person, and why each of their records is or is not in each table: what
// `stedi-lakehouse explain` does. For the person's own eyes and a privacy officer's: it prints personal data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "lakehouse/answers/row_writer.hpp"
#include "lakehouse/consent/person.hpp"
#include "lakehouse/store/store_folder.hpp"

namespace stedi::lakehouse {

struct Explanation {
  PersonalConsent consent;
  // Readings of the person's serials that are not, or not surely, the person's: without day and serial, by
  // reason.
  Table held{{"stream", "serialNumber", "day", "records", "reason"}, {}};
  Table customer_records;
  Table consent_events;
  Table serials;
  // Every record that may concern the person, by the first reason that keeps it out of a table; `included`
  // when none does. Of machine_learning_curated: readings of each stream, and as `pairs` the table's rows.
  Table reasons{{"profile", "table", "stream", "reason", "records"}, {}};
  std::vector<std::string> never_run;  // profiles without tables
};

// Applies what is pending first. By the rules of reconcile/, written apart from the jobs. An unknown email
// fails.
Result<Explanation> explain_person(const StoreFolder& store, std::string_view email, const Clock& clock);

}  // namespace stedi::lakehouse
