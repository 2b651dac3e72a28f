// Runs a profile's jobs: what `stedi-lakehouse run` does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "lakehouse/store/progress.hpp"
#include "lakehouse/store/store_folder.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

enum class Extent {
  when_needed,  // what has changed since the last run; every table when a job's text has
  consent,      // in `reference`, what consent and removals have changed alone, if that can be told; else as
                // when_needed
  full,         // every table anew
};

struct TableRun {
  std::string table;
  std::int64_t rows = 0;
  std::int64_t added = 0;
  std::int64_t removed = 0;
  std::int64_t started_ms = 0;
  std::int64_t finished_ms = 0;
};

struct RunReport {
  Profile profile = Profile::strict;
  bool up_to_date = false;   // nothing had to be done
  bool incremental = false;  // the cells alone that had changed
  // False: a reader keeps what was deleted in the -wal file; the next command tries again.
  bool log_emptied = true;
  std::vector<TableRun> tables;  // in the order they were made
  std::int64_t pages_read = 0;   // of landing.db and the zones, as far as they were not in memory
  std::int64_t pages_written = 0;
};

// One snapshot of landing.db, one transaction of the zones: rows, pseudonyms, catalog and cursor move
// together or not at all. Waits for another run of the same profile. Ingest goes on meanwhile.
// `progress` hears of each table that is made.
Result<RunReport> run_profile(const StoreFolder& store, Profile profile, Extent extent, const Clock& clock,
                              const Progress& progress = {});

// Applies what has landed since the profile's last run (to `reference`, readings perhaps later): what
// consent, retention and erasure call after their own commit in landing.db. After success the profile shows
// nothing of whom they removed. A profile that has never been run holds nobody and is left alone.
Result<RunReport> apply_pending_changes(const StoreFolder& store, Profile profile, const Clock& clock);

// When a reader kept an earlier run from emptying the log of what it had deleted: does it now, if it can be
// done at once. What cannot be is left to the next command.
void finish_emptying_log(const StoreFolder& store, Profile profile);

// Before anything of a profile is shown: runs it when customer, consent or pairing records have landed since.
Result<void> bring_consent_up_to_date(const StoreFolder& store, Profile profile, const Clock& clock);

}  // namespace stedi::lakehouse
