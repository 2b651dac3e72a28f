// The synthetic twin: what its people and devices say, as seed-format text, and what was planned, as typed
// records.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/result.hpp"
#include "firmware_sim/feed/recording.hpp"
#include "firmware_sim/people/expected_counts.hpp"
#include "firmware_sim/twin/scenario.hpp"
#include "firmware_sim/twin/seed_records.hpp"

namespace stedi::firmware {

// One record a line, as in the files of the public data set: people in turn, each person's newest reading
// first.
struct SeedTexts {
  std::string customer;
  std::string accelerometer;
  std::string step_trainer;
};

struct Twin {
  SeedTexts texts;
  SeedRecords planned;
  ExpectedCounts expected;  // once all of it has landed
};

// A person's data depend only on (scenario, seed, person, stream).
Twin generate_twin(const TwinScenario& scenario);

// The twin's texts as the devices they come from, ready to be played. Its digest covers the texts.
Recording record_twin(const TwinScenario& scenario, SeedTexts texts);

// Writes {customer,accelerometer,step_trainer}/landing/STREAM-NAME.json below `folder`.
Result<void> write_seed_files(const std::filesystem::path& folder, const TwinScenario& scenario,
                              const SeedTexts& texts);

}  // namespace stedi::firmware
