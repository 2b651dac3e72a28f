// What every table must hold, computed here from the raw files with none of the project's decoding, SQL or
// zones: the policy of docs/policy.md for a data set of customer and reading files, one record a person
// and a serial, no consent or pairing events.
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/tables.hpp"

namespace stedi::test {

struct OracleCustomer {
  std::string row;         // as landed
  std::string strict_row;  // email by identity
  std::string email;
  std::string identity;
  std::string serial;
  std::optional<std::int64_t> research_from_ms;
};

// The part of a reading that is its owner's name, its time, and the rest of it as cells.
struct OracleReading {
  std::string owner;
  std::int64_t time_ms;
  std::string values;
  auto operator<=>(const OracleReading&) const = default;
};

class Oracle {
 public:
  // Throws when the data set is not of the simple kind above.
  explicit Oracle(const std::filesystem::path& data_set);

  Tables landing() const;
  Tables reference() const;
  // `pseudonym_key`: the bytes of the key that the zones were made with.
  Tables strict(std::string_view pseudonym_key) const;
  const std::vector<std::string>& emails() const { return emails_; }
  std::size_t records() const { return customers_.size() + movements_.size() + distances_.size(); }

 private:
  std::vector<OracleCustomer> customers_;
  std::vector<OracleReading> movements_;  // accelerometer: by email
  std::vector<OracleReading> distances_;  // step trainer: by serial
  std::vector<std::string> emails_;
};

// The key's bytes as the lakehouse keeps them.
std::string read_pseudonym_key(const std::filesystem::path& keys_dir);

}  // namespace stedi::test
