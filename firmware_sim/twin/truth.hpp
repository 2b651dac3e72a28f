// How many rows each table must have for a twin, from the parts that its people play: who agrees from when
// and whose trainer is whose, not from the records that say so.
#pragma once

#include <cstdint>
#include <set>
#include <tuple>

#include "firmware_sim/people/expected_counts.hpp"
#include "firmware_sim/people/reading_counts.hpp"
#include "firmware_sim/twin/casting.hpp"
#include "firmware_sim/twin/person.hpp"

namespace stedi::firmware {

class TwinTruth {
 public:
  // What one person and their devices say; no record twice.
  void add(const Part& part, const Person& person, const PersonSaid& said);
  // After everybody.
  ExpectedCounts counts(const LandingCounts& landing);

 private:
  ReadingCounts counts_;
  // Whose serial, time and distance: two people share some serials, and `reference` counts equal readings
  // once.
  std::set<std::tuple<std::size_t, std::int64_t, std::int64_t>> of_serial_;
};

}  // namespace stedi::firmware
