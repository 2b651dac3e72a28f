// How many rows each table must have once all has landed.
#pragma once

#include <cstddef>
#include <string>

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

// The TOML that `stedi-lakehouse validate --expect` reads.
std::string expect_toml(const ExpectedCounts& counts, const std::string& title);

}  // namespace stedi::firmware
