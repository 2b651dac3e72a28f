// How many rows each table must have, by the policy alone: an oracle that shares no code, no SQL and no table
// with the jobs it judges.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/record/records.hpp"
#include "firmware_sim/twin/seed_records.hpp"

namespace stedi::firmware {

struct LandingCounts {
  std::size_t customer = 0;
  std::size_t accelerometer = 0;
  std::size_t step_trainer = 0;
  std::size_t quarantined = 0;  // records, all streams
  bool operator==(const LandingCounts&) const = default;
};

struct ZoneCounts {
  std::size_t customer_trusted = 0;
  std::size_t accelerometer_trusted = 0;
  std::size_t customers_curated = 0;
  std::size_t step_trainer_trusted = 0;
  std::size_t machine_learning_curated = 0;
  bool operator==(const ZoneCounts&) const = default;
};

struct ExpectedCounts {
  LandingCounts landing;
  ZoneCounts strict;
  ZoneCounts reference;
  bool operator==(const ExpectedCounts&) const = default;
};

// A reading at or after this is later than 24 h after any receipt there will be: 2090-01-01 UTC.
inline constexpr std::int64_t beyond_every_receipt_ms = 3'786'912'000'000;

// From when one subject's readings count under `strict`, in ms; nullopt: not granted. Customer records only,
// without consent events, and without dates that only their receipt could judge.
std::optional<std::int64_t> consent_start_ms(const std::vector<const CustomerRecord*>& records_of_subject);

ZoneCounts strict_counts(const SeedRecords& records);
ZoneCounts reference_counts(const SeedRecords& records);
ExpectedCounts expected_counts(const SeedRecords& records);

// The TOML that `stedi-lakehouse validate --expect` reads.
std::string expect_toml(const ExpectedCounts& counts, const std::string& title);

}  // namespace stedi::firmware
