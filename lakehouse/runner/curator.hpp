// Keeps the zones file of one profile up to date with the landing zone, run by run.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/runner/run.hpp"
#include "lakehouse/runner/seams.hpp"
#include "lakehouse/store/pseudonym_key.hpp"
#include "lakehouse/store/store_folder.hpp"
#include "lakehouse/store/zones.hpp"
#include "lakehouse/tables/job.hpp"

namespace stedi::lakehouse {

// How long a run waits for readers that keep what it deleted in the -wal file.
inline constexpr std::int64_t default_log_patience_ms = 2'000;

// Holds the zones file open between runs, so that `watch` finds its pages in memory; the profile's lock is
// held during a run alone. One thread. Stays where it is.
class Curator {
 public:
  Curator(StoreFolder store, Profile profile, const Clock& clock, RunSeams seams = {},
          std::int64_t log_patience_ms = default_log_patience_ms);

  // One snapshot of landing.db, one transaction of the zones: rows, index, pseudonyms, catalog and cursor
  // move together or not at all.
  Result<RunReport> run(Extent extent);

 private:
  Result<void> open();
  Result<void> prepare(sqlite::Database zones);
  Result<RunReport> run_locked(Extent extent);
  Result<RunReport> run_counting_pages(Extent extent);
  // In a file that nobody sees before it is whole.
  Result<RunReport> run_first(NewZones zones, Extent extent);
  Result<RunReport> run_in_transaction(Extent extent);
  Result<void> make_in_full(const Cursor& read, const Cursor& landed, Extent extent, RunReport& report);
  Result<void> make_incrementally(const Cursor& read, const Cursor& landed, RunReport& report);
  // These may move `landed` back to what they have taken in.
  Result<void> make(const Cursor& read, Cursor& landed, Extent extent, RunReport& report);
  Result<void> make_reference(const Cursor& read, Cursor& landed, Extent extent, RunReport& report);
  Result<void> empty_log(RunReport& report);

  StoreFolder store_;
  Profile profile_;
  const Clock* clock_;
  RunSeams seams_;
  std::int64_t log_patience_ms_;
  std::vector<Job> jobs_;
  std::optional<sqlite::Database> zones_;
  std::uint64_t zones_inode_ = 0;
  std::optional<PseudonymKey> key_;
  Result<void> ledger_;             // of the latest run
  std::set<std::string> outdated_;  // tables of other job texts, at the latest run
  bool log_holds_deleted_rows_ = false;
  bool removals_taken_in_ = false;  // by the latest run
};

}  // namespace stedi::lakehouse
