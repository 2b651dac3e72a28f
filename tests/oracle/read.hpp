// Records from seed-format text, read by nlohmann-json and the reading rules of the policy alone. nullopt:
// the line is no record, and is refused. The limits of lengths and depths are not looked at.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "tests/oracle/records.hpp"

namespace stedi::oracle {

std::optional<Customer> read_customer(std::string_view line, std::int64_t received_ms);
std::optional<Consent> read_consent(std::string_view line, std::int64_t received_ms);
std::optional<Pairing> read_pairing(std::string_view line, std::int64_t received_ms);
std::optional<Movement> read_movement(std::string_view line, std::int64_t received_ms);
std::optional<Step> read_step(std::string_view line, std::int64_t received_ms);

// A folder of seed files, one record a line: every *.json below DIR/customer, DIR/consent, DIR/pairing,
// DIR/accelerometer and DIR/step_trainer, those that are there. All of it was received at once.
Landed read_data_set(const std::filesystem::path& folder, std::int64_t received_ms);

}  // namespace stedi::oracle
