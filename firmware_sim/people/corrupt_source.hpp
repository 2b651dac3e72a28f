// A sensor that now and then hands over a record with damaged bytes.
#pragma once

#include <memory>

#include "firmware_sim/feed/record_source.hpp"
#include "firmware_sim/people/scenario_faults.hpp"
#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

// At most so many bytes in a row of a struck record are other ones.
inline constexpr std::int64_t max_damaged_bytes = 8;

// What `source` says, with the bytes of some records damaged (SimulatedRecord::is_damaged). Times and all
// other records stay as they were. Damage always shows: what reads as another reading is one, and nobody
// could account for it. In half of the struck records it is bytes that no UTF-8 text holds, anywhere; in the
// others the name of the last field, a required one, is another name. `random` decides which, where and how.
std::unique_ptr<RecordSource> open_corrupt(std::unique_ptr<RecordSource> source, const BurstFault& fault,
                                           CounterRandom random);

}  // namespace stedi::firmware
