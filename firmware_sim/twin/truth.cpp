#include "firmware_sim/twin/truth.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/record/identity.hpp"
#include "core/record/limits.hpp"

namespace stedi::firmware {

namespace {

using Movement = std::tuple<std::string, std::int64_t, double, double, double>;  // whose, when, x, y, z
using Distance = std::tuple<std::string, std::int64_t, std::int64_t>;  // whose serial, when, how far

bool is_plausible(std::int64_t time_ms) {
  return time_ms >= limits::earliest_plausible_ms && time_ms < beyond_every_receipt_ms;
}

std::int64_t last_update_ms(const CustomerRecord& record) {
  const std::int64_t time_ms = record.last_update_ms.value_or(0);
  return time_ms < limits::earliest_plausible_ms ? 0 : time_ms;
}

// A positive integer.
std::optional<std::int64_t> research_ms(const CustomerRecord& record) {
  return record.research_from_ms && *record.research_from_ms > 0 ? record.research_from_ms : std::nullopt;
}

std::string serial_identity(const std::string& serial) {
  return std::string(trimmed(serial));
}

std::string serial_identity(const CustomerRecord& record) {
  return serial_identity(record.serial_number.value_or(""));
}

// Rule 1: the record with the latest update; nullptr when several claim to be it and disagree.
const CustomerRecord* current_record(const std::vector<const CustomerRecord*>& records) {
  const CustomerRecord* current = nullptr;
  bool is_ambiguous = false;
  for (const CustomerRecord* record : records) {
    if (current == nullptr || last_update_ms(*record) > last_update_ms(*current)) {
      current = record;
      is_ambiguous = false;
    } else if (last_update_ms(*record) == last_update_ms(*current)) {
      is_ambiguous = is_ambiguous || research_ms(*record) != research_ms(*current) ||
                     serial_identity(*record) != serial_identity(*current);
    }
  }
  return is_ambiguous ? nullptr : current;
}

// Rules 2 and 3: who has granted, from when.
std::map<std::string, std::int64_t> granted_subjects(const std::vector<CustomerRecord>& customers) {
  std::map<std::string, std::vector<const CustomerRecord*>> by_subject;
  for (const CustomerRecord& record : customers) by_subject[email_identity(record.email)].push_back(&record);
  std::map<std::string, std::int64_t> granted;
  for (const auto& [subject, records] : by_subject) {
    if (const auto start_ms = consent_start_ms(records)) granted.emplace(subject, *start_ms);
  }
  return granted;
}

// Rule 5 without pairings: the only subject any of whose records ever carried the serial.
std::map<std::string, std::string> serial_owners(const std::vector<CustomerRecord>& customers) {
  std::map<std::string, std::set<std::string>> carriers;
  for (const CustomerRecord& record : customers) {
    if (const std::string serial = serial_identity(record); !serial.empty())
      carriers[serial].insert(email_identity(record.email));
  }
  std::map<std::string, std::string> owners;
  for (const auto& [serial, subjects] : carriers) {
    if (subjects.size() == 1) owners.emplace(serial, *subjects.begin());
  }
  return owners;
}

bool counts(const std::map<std::string, std::int64_t>& granted, const std::string& subject,
            std::int64_t time_ms) {
  const auto from = granted.find(subject);
  return from != granted.end() && is_plausible(time_ms) && time_ms >= from->second;
}

// All seed fields, as they stand: what makes two landed records one row.
auto row_of(const CustomerRecord& record) {
  return std::tie(record.email, record.customer_name, record.phone, record.birth_day, record.serial_number,
                  record.registration_ms, record.last_update_ms, record.research_from_ms,
                  record.public_from_ms, record.friends_from_ms);
}

}  // namespace

std::optional<std::int64_t> consent_start_ms(const std::vector<const CustomerRecord*>& records_of_subject) {
  const CustomerRecord* current = current_record(records_of_subject);
  if (current == nullptr || !research_ms(*current)) return std::nullopt;
  for (const CustomerRecord* record : records_of_subject) {
    const bool is_withdrawal = !research_ms(*record);
    if (is_withdrawal && last_update_ms(*record) >= *research_ms(*current)) return std::nullopt;
  }
  return research_ms(*current);
}

ZoneCounts strict_counts(const SeedRecords& records) {
  const auto granted = granted_subjects(records.customers);
  const auto owners = serial_owners(records.customers);

  std::set<Movement> movements;
  std::set<std::string> moving;  // subjects with a trusted accelerometer reading
  std::map<std::pair<std::string, std::int64_t>, std::size_t> movements_at;
  for (const AccelerometerReading& reading : records.accelerometer) {
    const std::string subject = email_identity(reading.user);
    if (!counts(granted, subject, reading.timestamp_ms)) continue;
    moving.insert(subject);
    if (movements.emplace(subject, reading.timestamp_ms, reading.x, reading.y, reading.z).second)
      ++movements_at[{subject, reading.timestamp_ms}];
  }

  std::set<Distance> distances;
  std::size_t pairs = 0;
  for (const StepTrainerReading& reading : records.step_trainer) {
    const auto owner = owners.find(serial_identity(reading.serial_number));
    if (owner == owners.end() || !moving.contains(owner->second)) continue;
    if (!counts(granted, owner->second, reading.reading_time_ms)) continue;
    if (!distances.emplace(owner->first, reading.reading_time_ms, reading.distance_from_object).second)
      continue;
    const auto same_moment = movements_at.find({owner->second, reading.reading_time_ms});
    if (same_moment != movements_at.end()) pairs += same_moment->second;
  }
  return {granted.size(), movements.size(), moving.size(), distances.size(), pairs};
}

ZoneCounts reference_counts(const SeedRecords& records) {
  std::set<std::string> agreed_emails;
  std::set<decltype(row_of(records.customers.front()))> agreed;
  for (const CustomerRecord& record : records.customers) {
    if (!record.research_is_number) continue;
    agreed.insert(row_of(record));
    agreed_emails.insert(record.email);
  }

  std::set<Movement> movements;
  std::set<std::string> moving;  // agreed emails with accelerometer data
  std::map<std::int64_t, std::size_t> movements_at;
  for (const AccelerometerReading& reading : records.accelerometer) {
    if (!agreed_emails.contains(reading.user)) continue;
    moving.insert(reading.user);
    if (movements.emplace(reading.user, reading.timestamp_ms, reading.x, reading.y, reading.z).second)
      ++movements_at[reading.timestamp_ms];
  }

  std::size_t curated = 0;
  std::set<std::string> serials;
  for (const auto& row : agreed) {
    if (!moving.contains(std::get<0>(row))) continue;
    ++curated;
    if (const auto& serial = std::get<4>(row)) serials.insert(*serial);
  }

  std::set<Distance> distances;
  std::size_t pairs = 0;
  for (const StepTrainerReading& reading : records.step_trainer) {
    if (!serials.contains(reading.serial_number)) continue;
    if (!distances.emplace(reading.serial_number, reading.reading_time_ms, reading.distance_from_object)
             .second)
      continue;
    const auto same_moment = movements_at.find(reading.reading_time_ms);
    if (same_moment != movements_at.end()) pairs += same_moment->second;
  }
  return {agreed.size(), movements.size(), curated, distances.size(), pairs};
}

ExpectedCounts expected_counts(const SeedRecords& records) {
  return {{records.customers.size(), records.accelerometer.size(), records.step_trainer.size(),
           records.malformed},
          strict_counts(records),
          reference_counts(records)};
}

}  // namespace stedi::firmware
