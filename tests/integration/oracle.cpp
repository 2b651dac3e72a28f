#include "tests/integration/oracle.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <unordered_map>

#include "core/digest/digest.hpp"
#include "tests/support/process.hpp"

namespace stedi::test {

using Json = nlohmann::json;

namespace {

constexpr std::array text_fields = {"customerName", "email", "phone", "birthDay", "serialNumber"};
constexpr std::array date_fields = {"registrationDate", "lastUpdateDate", "shareWithResearchAsOfDate",
                                    "shareWithPublicAsOfDate", "shareWithFriendsAsOfDate"};

template <typename Use>
void for_each_record(const std::filesystem::path& folder, const Use& use) {
  for (const auto& entry : std::filesystem::directory_iterator(folder / "landing")) {
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      use(Json::parse(line));
    }
  }
}

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : static_cast<char>(letter);
  });
  return text;
}

std::string customer_row(const Json& record, const std::string& email) {
  std::string row;
  for (const char* field : text_fields) {
    const bool is_email = std::string_view(field) == "email";
    row += is_email ? cell(std::string_view(email))
                    : (record.contains(field) ? cell(std::string_view(record.at(field).get<std::string>()))
                                              : null_cell());
  }
  for (const char* field : date_fields) {
    row += record.contains(field) ? cell(record.at(field).get<std::int64_t>()) : null_cell();
  }
  return row;
}

OracleCustomer customer_of(const Json& record) {
  OracleCustomer customer;
  customer.email = record.at("email").get<std::string>();
  customer.identity = lower_case(customer.email);
  customer.serial = record.at("serialNumber").get<std::string>();
  customer.row = customer_row(record, customer.email);
  customer.strict_row = customer_row(record, customer.identity);
  if (record.contains("shareWithResearchAsOfDate")) {
    customer.research_from_ms = record.at("shareWithResearchAsOfDate").get<std::int64_t>();
  }
  return customer;
}

OracleReading movement_of(const Json& record) {
  return {.owner = record.at("user").get<std::string>(),
          .time_ms = record.at("timestamp").get<std::int64_t>(),
          .values = cell(record.at("x").get<double>()) + cell(record.at("y").get<double>()) +
                    cell(record.at("z").get<double>())};
}

OracleReading distance_of(const Json& record) {
  return {.owner = record.at("serialNumber").get<std::string>(),
          .time_ms = record.at("sensorReadingTime").get<std::int64_t>(),
          .values = cell(record.at("distanceFromObject").get<std::int64_t>())};
}

std::string movement_row(const OracleReading& reading, std::string_view user) {
  return cell(user) + cell(reading.time_ms) + reading.values;
}

std::string distance_row(const OracleReading& reading) {
  return cell(reading.time_ms) + cell(std::string_view(reading.owner)) + reading.values;
}

// What passes a filter, equal readings once.
template <typename Filter>
std::set<OracleReading> distinct(const std::vector<OracleReading>& readings, const Filter& counts) {
  std::set<OracleReading> result;
  std::ranges::copy_if(readings, std::inserter(result, result.end()), counts);
  return result;
}

Tables sorted(Tables tables) {
  for (auto& [name, rows] : tables) {
    std::ranges::sort(rows);
  }
  for (const std::string& view : zone_views) {
    tables.try_emplace(view);
  }
  return tables;
}

}  // namespace

Oracle::Oracle(const std::filesystem::path& data_set) {
  std::set<std::string> names;
  for_each_record(data_set / "customer", [&](const Json& record) {
    const OracleCustomer& customer = customers_.emplace_back(customer_of(record));
    emails_.push_back(customer.email);
    if (!names.insert(customer.identity).second || !names.insert(customer.serial).second) {
      throw std::runtime_error("the oracle knows one record a person and a serial only");
    }
  });
  for_each_record(data_set / "accelerometer",
                  [&](const Json& record) { movements_.push_back(movement_of(record)); });
  for_each_record(data_set / "step_trainer",
                  [&](const Json& record) { distances_.push_back(distance_of(record)); });
}

Tables Oracle::landing() const {
  Tables tables;
  for (const OracleCustomer& customer : customers_) {
    tables["customer_landing"].push_back(customer.row);
  }
  for (const OracleReading& reading : movements_) {
    tables["accelerometer_landing"].push_back(movement_row(reading, reading.owner));
  }
  for (const OracleReading& reading : distances_) {
    tables["step_trainer_landing"].push_back(distance_row(reading));
  }
  for (auto& [name, rows] : tables) {
    std::ranges::sort(rows);
  }
  return tables;
}

Tables Oracle::reference() const {
  Tables tables;
  std::set<std::string> agreed;
  for (const OracleCustomer& customer : customers_) {
    if (customer.research_from_ms.value_or(0) != 0) {
      agreed.insert(customer.email);
      tables["customer_trusted"].push_back(customer.row);
    }
  }
  const auto movements =
      distinct(movements_, [&](const OracleReading& reading) { return agreed.contains(reading.owner); });
  std::set<std::string> active;
  std::unordered_multimap<std::int64_t, const OracleReading*> at_instant;
  for (const OracleReading& reading : movements) {
    active.insert(reading.owner);
    at_instant.emplace(reading.time_ms, &reading);
    tables["accelerometer_trusted"].push_back(movement_row(reading, reading.owner));
  }
  std::set<std::string> serials;
  for (const OracleCustomer& customer : customers_) {
    if (active.contains(customer.email)) {
      serials.insert(customer.serial);
      tables["customers_curated"].push_back(customer.row);
    }
  }
  for (const OracleReading& step :
       distinct(distances_, [&](const OracleReading& reading) { return serials.contains(reading.owner); })) {
    tables["step_trainer_trusted"].push_back(distance_row(step));
    const auto [first, last] = at_instant.equal_range(step.time_ms);
    for (auto pair = first; pair != last; ++pair) {
      tables["machine_learning_curated"].push_back(
          distance_row(step) + cell(std::string_view(pair->second->owner)) + pair->second->values);
    }
  }
  return sorted(std::move(tables));
}

Tables Oracle::strict(std::string_view pseudonym_key) const {
  Tables tables;
  std::unordered_map<std::string, const OracleCustomer*> by_identity;
  std::unordered_map<std::string, const OracleCustomer*> by_serial;
  for (const OracleCustomer& customer : customers_) {
    by_identity.emplace(customer.identity, &customer);
    by_serial.emplace(customer.serial, &customer);
    if (customer.research_from_ms) {
      tables["customer_trusted"].push_back(customer.strict_row);
    }
  }
  const auto counts = [](const OracleCustomer* owner, std::int64_t time_ms) {
    return owner->research_from_ms && time_ms >= *owner->research_from_ms;
  };
  std::map<std::pair<const OracleCustomer*, std::int64_t>, std::vector<std::string>> movements_at;
  std::set<const OracleCustomer*> active;
  for (const OracleReading& reading : distinct(movements_, [&](const OracleReading& candidate) {
         const auto owner = by_identity.find(lower_case(candidate.owner));
         return owner != by_identity.end() && counts(owner->second, candidate.time_ms);
       })) {
    const OracleCustomer* owner = by_identity.at(lower_case(reading.owner));
    active.insert(owner);
    movements_at[{owner, reading.time_ms}].push_back(reading.values);
    tables["accelerometer_trusted"].push_back(movement_row(reading, owner->identity));
  }
  for (const OracleCustomer* customer : active) {
    tables["customers_curated"].push_back(customer->strict_row);
  }
  for (const OracleReading& step : distinct(distances_, [&](const OracleReading& candidate) {
         const auto owner = by_serial.find(candidate.owner);
         return owner != by_serial.end() && active.contains(owner->second) &&
                counts(owner->second, candidate.time_ms);
       })) {
    const OracleCustomer* owner = by_serial.at(step.owner);
    tables["step_trainer_trusted"].push_back(distance_row(step));
    const std::string subject = hex(hmac_sha256(pseudonym_key, owner->identity)).substr(0, 32);
    for (const std::string& values : movements_at[{owner, step.time_ms}]) {
      tables["machine_learning_curated"].push_back(cell(std::string_view(subject)) + cell(step.time_ms) +
                                                   step.values + values);
    }
  }
  return sorted(std::move(tables));
}

std::string read_pseudonym_key(const std::filesystem::path& keys_dir) {
  return read_text(keys_dir / "pseudonym.key");
}

}  // namespace stedi::test
