// Where each table comes from and how fresh it is: what `stedi-lakehouse lineage` does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "lakehouse/store/store_folder.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

struct TableLineage {
  Profile profile = Profile::strict;
  std::string table;
  std::string inputs;    // "customer (by subject), subject_state (by subject)"
  std::string job_hash;  // SHA-256 of the job that made it
  std::int64_t rows = 0;
  std::int64_t last_run_ms = 0;  // end of the run that wrote it last
  // Records of its inputs, and of theirs, that have landed and that it has not read; how long the first of
  // them has been waiting.
  std::int64_t behind = 0;
  std::int64_t waiting_ms = 0;
};

// Every table of the profile, or of every profile that has been run (none: an error), each after its inputs.
Result<std::vector<TableLineage>> lineage_of(const StoreFolder& store, std::optional<Profile> profile,
                                             const Clock& clock);

}  // namespace stedi::lakehouse
