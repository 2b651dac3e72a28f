#include "lakehouse/runner/curator.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "lakehouse/consent/ledger.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/runner/catalog.hpp"
#include "lakehouse/runner/full.hpp"
#include "lakehouse/runner/incremental.hpp"
#include "lakehouse/runner/landed_index.hpp"
#include "lakehouse/runner/leave.hpp"
#include "lakehouse/runner/pseudonyms.hpp"
#include "lakehouse/runner/removals.hpp"
#include "lakehouse/store/empty_log.hpp"
#include "lakehouse/store/run_lock.hpp"
#include "lakehouse/store/store_files.hpp"

namespace stedi::lakehouse {

namespace {

namespace fs = std::filesystem;

// 0 when there is no such file.
std::uint64_t inode_of(const fs::path& file) {
  struct stat status {};
  return stat(file.c_str(), &status) == 0 ? status.st_ino : 0;
}

std::uintmax_t bytes_of(const fs::path& file) {
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  return error ? 0 : bytes;
}

// A crash just after a commit leaves what the run deleted in the log, too.
bool log_is_empty(const StoreFolder& store, Profile profile) {
  return bytes_of(zones_log_file(store.dir, profile)) == 0;
}

Result<std::optional<PseudonymKey>> key_for(const StoreFolder& store, Profile profile,
                                            sqlite::Database& zones) {
  if (profile != Profile::strict) return std::nullopt;
  const auto known = TRY(read_meta(zones, "pseudonym_key"));
  auto key = TRY(PseudonymKey::of_store(store, known));
  return std::optional(std::move(key));
}

bool is_small(const Cursor& read, const Cursor& landed, const RunSeams& seams) {
  std::int64_t rows = 0;
  std::int64_t all = 0;
  for (const auto& [table, last] : landed.ingest_ids) {
    rows += last - read.of(table);
    all += last;
  }
  return rows <= std::max(seams.most_new_rows_always_incremental, all / seams.full_beyond_one_new_row_in);
}

}  // namespace

Curator::Curator(StoreFolder store, Profile profile, const Clock& clock, RunSeams seams,
                 std::int64_t log_patience_ms)
    : store_(std::move(store)),
      profile_(profile),
      clock_(&clock),
      seams_(std::move(seams)),
      log_patience_ms_(log_patience_ms) {}

Result<RunReport> Curator::run(Extent extent) {
  TRY(landing::migrate_landing(store_.dir, *clock_));
  const std::string name(profile_name(profile_));
  auto lock = TRY(lock_for_run(zones_lock_file(store_.dir, profile_)));
  auto report = run_locked(extent);
  // In vain when landing.db is busy or a profile has yet to follow: the run that takes in the next removals,
  // or the other profile's, does it.
  if (report && removals_taken_in_) static_cast<void>(forget_taken_in_removals(store_, *clock_));
  if (report && !ledger_) return in_context("run " + name, ledger_.error());
  if (report) return report;
  zones_.reset();  // whatever state it is in
  return in_context("run " + name, report.error());
}

Result<void> Curator::open() {
  const fs::path file = zones_file(store_.dir, profile_);
  if (zones_ && inode_of(file) == zones_inode_) return {};
  zones_.reset();
  // Looked at before it is opened: one that takes its place meanwhile is then seen as another by the next
  // run.
  const std::uint64_t inode = inode_of(file);
  auto zones = TRY(open_zones_for_writing(store_, profile_));
  TRY(prepare(std::move(zones)));
  zones_inode_ = inode;
  log_holds_deleted_rows_ = !log_is_empty(store_, profile_);
  return {};
}

Result<void> Curator::prepare(sqlite::Database zones) {
  auto jobs = seams_.jobs ? *seams_.jobs : TRY(jobs_of(profile_));
  auto key = TRY(key_for(store_, profile_, zones));
  jobs_ = std::move(jobs);
  key_ = std::move(key);
  zones_ = std::move(zones);
  return {};
}

Result<RunReport> Curator::run_locked(Extent extent) {
  auto first = TRY(begin_new_zones(store_, profile_));
  if (first) return run_first(*std::move(first), extent);
  TRY(open());
  auto report = TRY(run_counting_pages(extent));
  for (const TableRun& table : report.tables) log_holds_deleted_rows_ |= table.removed > 0;
  TRY(empty_log(report));
  return report;
}

Result<RunReport> Curator::run_first(NewZones zones, Extent extent) {
  zones_.reset();
  TRY(prepare(std::move(zones.database)));
  auto report = TRY(run_counting_pages(extent));
  sqlite::Database filled = *std::move(zones_);
  zones_.reset();
  const auto published = TRY(zones.file.publish(std::move(filled)));
  if (published == sqlite::NewDatabase::Published::by_us) return report;
  return fail("another program created the file meanwhile without the run's lock; run again");
}

Result<RunReport> Curator::run_counting_pages(Extent extent) {
  const auto pages_before = zones_->pages();
  auto report = TRY(run_in_transaction(extent));
  const auto pages_after = zones_->pages();
  report.pages_read = pages_after.read - pages_before.read;
  report.pages_written = pages_after.written - pages_before.written;
  TRY(zones_->execute("DETACH DATABASE landing"));
  return report;
}

Result<RunReport> Curator::run_in_transaction(Extent extent) {
  auto transaction = TRY(zones_->begin_immediate());
  // Attached only now: BEGIN IMMEDIATE would take the write lock of landing.db too, and hold up ingest. The
  // first read of it fixes the snapshot that all jobs see.
  TRY_IN("landing.db", zones_->attach(landing::landing_file(store_.dir), "landing"));
  auto landed = TRY(read_landing_cursor(*zones_));
  // Before the zones show it. When it fails the run does too, but only once the tables are up to date: a
  // withdrawal does not wait for its audit.
  ledger_ = record_consent(store_, *zones_, "landing", *clock_);
  auto read = TRY(read_zones_cursor(*zones_));
  const auto known = TRY(removals_are_known(*zones_, read, landed));
  removals_taken_in_ = read.removal_id != landed.removal_id;
  if (!known) read = Cursor{};
  outdated_ = TRY(outdated_tables(*zones_, jobs_));
  RunReport report;
  report.profile = profile_;
  const bool consent_will_do = extent == Extent::consent && profile_ == Profile::reference;
  const bool nothing_new = read == landed || (consent_will_do && !consent_is_behind(read, landed));
  report.up_to_date = extent != Extent::full && outdated_.empty() && nothing_new;
  if (report.up_to_date) return report;
  const std::size_t most_outdated = profile_ == Profile::strict ? jobs_.size() - 1 : 0;
  report.incremental = extent != Extent::full && outdated_.size() <= most_outdated &&
                       read.store_uuid == landed.store_uuid &&
                       (consent_will_do || is_small(read, landed, seams_));
  TRY(make(read, landed, extent, report));
  TRY(write_catalog(*zones_, jobs_, report.tables));
  TRY(save_cursor(*zones_, landed));
  if (seams_.after) TRY(seams_.after("commit"));
  TRY(transaction.commit());
  return report;
}

Result<void> Curator::make_incrementally(const Cursor& read, const Cursor& landed, RunReport& report) {
  report.tables = TRY(apply_changes(*zones_, jobs_, read, landed, *clock_, seams_, outdated_));
  if (outdated_.contains("customers_curated")) return write_pseudonyms(*zones_, *key_);
  return update_pseudonyms(*zones_, *key_);
}

Result<void> Curator::make(const Cursor& read, Cursor& landed, Extent extent, RunReport& report) {
  if (!report.incremental) return make_in_full(read, landed, extent, report);
  if (profile_ == Profile::strict) return make_incrementally(read, landed, report);
  return make_reference(read, landed, extent, report);
}

Result<void> Curator::make_reference(const Cursor& read, Cursor& landed, Extent extent, RunReport& report) {
  Cursor consent = read;
  for (const std::string_view table : {"consent", "pairing"})
    consent.ingest_ids.insert_or_assign(std::string(table), landed.of(table));
  Cursor indexed = read;
  if (consent_alone_has_changed(read, landed) && (extent == Extent::consent || consent == landed)) {
    auto tables = TRY(take_out_withdrawn(*zones_, jobs_, read, consent, *clock_));
    if (tables) {
      report.tables = *std::move(tables);
      landed = std::move(consent);
      return {};
    }
    indexed = std::move(consent);  // to tell, what landed up to here has been indexed
  }
  report.incremental = false;
  return make_in_full(indexed, landed, extent, report);
}

Result<void> Curator::make_in_full(const Cursor& read, const Cursor& landed, Extent extent,
                                   RunReport& report) {
  const bool anew = extent == Extent::full || read.store_uuid != landed.store_uuid;
  TRY(extend_landed_index(*zones_, anew ? Cursor{} : read, landed, seams_.index));
  report.tables = TRY(recompute_all(*zones_, jobs_, *clock_, seams_));
  return key_ ? write_pseudonyms(*zones_, *key_) : Result<void>();
}

// What a run deleted should not linger in the log. A reader in the way is waited for, in vain reported, and
// the next run or reading command tries again.
Result<void> Curator::empty_log(RunReport& report) {
  if (!log_holds_deleted_rows_) return {};
  const auto emptied = TRY(lakehouse::empty_log(*zones_, log_patience_ms_));
  report.log_emptied = emptied;
  log_holds_deleted_rows_ = !emptied;
  return {};
}

}  // namespace stedi::lakehouse
