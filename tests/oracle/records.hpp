// What has landed, as the oracle sees it: its own records, which no code of the project fills or reads.
// Strings are as landed; times are milliseconds since 1970-01-01 UTC; of each stream, records stand in the
// order of landing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stedi::oracle {

struct Customer {
  std::string email;
  std::optional<std::string> name;
  std::optional<std::string> phone;
  std::optional<std::string> birth_day;
  std::optional<std::string> serial;
  std::optional<std::int64_t> registration_ms;
  std::optional<std::int64_t> updated_ms;
  std::optional<std::int64_t> research_ms;
  std::optional<std::int64_t> public_ms;
  std::optional<std::int64_t> friends_ms;
  bool updated_is_no_integer = false;  // it was there, and nobody can read it
  bool research_is_number = false;     // other than 0, whole or not
  std::int64_t received_ms = 0;
};

struct Consent {
  std::string email;
  std::string purpose;
  bool is_grant = false;  // else a withdrawal
  std::int64_t at_ms = 0;
  std::int64_t received_ms = 0;
};

struct Pairing {
  std::string serial;
  std::optional<std::string> email;  // nullopt: nobody's from then on
  std::int64_t at_ms = 0;
  std::int64_t received_ms = 0;
};

struct Movement {
  std::string user;
  std::int64_t at_ms = 0;
  double x = 0;
  double y = 0;
  double z = 0;
  std::int64_t received_ms = 0;
};

struct Step {
  std::int64_t at_ms = 0;
  std::string serial;
  std::int64_t distance = 0;
  std::int64_t received_ms = 0;
};

// Everything that has landed and has not left.
struct Landed {
  std::vector<Customer> customers;
  std::vector<Consent> consents;
  std::vector<Pairing> pairings;
  std::vector<Movement> movements;
  std::vector<Step> steps;

  std::size_t records() const {
    return customers.size() + consents.size() + pairings.size() + movements.size() + steps.size();
  }
};

}  // namespace stedi::oracle
