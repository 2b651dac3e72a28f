// How many rows each table must have for a twin, by the policy alone: an oracle that shares no code, no SQL
// and no table with the jobs it judges.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/record/records.hpp"
#include "firmware_sim/people/expected_counts.hpp"
#include "firmware_sim/twin/seed_records.hpp"

namespace stedi::firmware {

// A reading at or after this is later than 24 h after any receipt there will be: 2090-01-01 UTC.
inline constexpr std::int64_t beyond_every_receipt_ms = 3'786'912'000'000;

// From when one subject's readings count under `strict`, in ms; nullopt: not granted. Customer records only,
// without consent events, and without dates that only their receipt could judge.
std::optional<std::int64_t> consent_start_ms(const std::vector<const CustomerRecord*>& records_of_subject);

ZoneCounts strict_counts(const SeedRecords& records);
ZoneCounts reference_counts(const SeedRecords& records);
ExpectedCounts expected_counts(const SeedRecords& records);

}  // namespace stedi::firmware
