#include "lakehouse/runner/run.hpp"

#include "core/sqlite/database.hpp"
#include "lakehouse/keys/pseudonym_key.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/runner/catalog.hpp"
#include "lakehouse/runner/job.hpp"
#include "lakehouse/runner/pseudonyms.hpp"
#include "lakehouse/zones/run_lock.hpp"
#include "lakehouse/zones/zones.hpp"

namespace stedi::lakehouse {

namespace {

// The columns a job gives, by name, so that a job and its table cannot drift apart unseen.
Result<std::string> columns_of(sqlite::Database& zones, const Job& job) {
  auto select = zones.prepare(job.select);
  if (!select) return Failure(select.error());
  std::string columns;
  for (int column = 0; column < select->column_count(); ++column) {
    columns += (column == 0 ? "" : ", ") + std::string(select->column_name(column));
  }
  return columns;
}

// Unqualified names in the SELECT mean the landing tables and the zone tables, unless a temporary view of the
// same name stands in front of them.
Result<TableRun> recompute(sqlite::Database& zones, const Job& job, const Clock& clock) {
  TableRun run{job.name, 0, clock.wall_ms(), 0};
  const auto columns = columns_of(zones, job);
  if (!columns) return in_context("job " + job.name, columns.error());
  const std::string table = "main." + rows_table(job.name);
  if (auto emptied = zones.execute("DELETE FROM " + table); !emptied) {
    return in_context("job " + job.name, emptied.error());
  }
  if (auto filled = zones.execute("INSERT INTO " + table + " (" + *columns + ")\n" + job.select); !filled) {
    return in_context("job " + job.name, filled.error());
  }
  run.rows = zones.changed_rows();
  run.finished_ms = clock.wall_ms();
  return run;
}

Result<bool> is_up_to_date(sqlite::Database& zones, const std::vector<Job>& jobs, const Cursor& landing) {
  const auto cursor = read_zones_cursor(zones);
  if (!cursor) return Failure(cursor.error());
  if (*cursor != landing) return false;
  return catalog_matches(zones, jobs);
}

Result<void> recompute_all(sqlite::Database& zones, const std::vector<Job>& jobs, const Clock& clock,
                           RunReport& report) {
  for (const Job& job : jobs) {
    auto table = recompute(zones, job, clock);
    if (!table) return Failure(table.error());
    report.tables.push_back(*std::move(table));
  }
  return {};
}

// Inside the zones' transaction, with landing.db attached.
Result<void> fill(sqlite::Database& zones, const std::vector<Job>& jobs, const Cursor& landing,
                  const std::optional<PseudonymKey>& key, const Clock& clock, RunReport& report) {
  if (auto made = recompute_all(zones, jobs, clock, report); !made) return made;
  if (key) {
    if (auto named = write_pseudonyms(zones, *key); !named) return named;
  }
  if (auto written = write_catalog(zones, jobs, report.tables); !written) return written;
  return save_cursor(zones, landing);
}

Result<std::optional<PseudonymKey>> key_for(const StoreFolder& store, Profile profile,
                                            sqlite::Database& zones) {
  if (profile != Profile::strict) return std::nullopt;
  const auto known = read_meta(zones, "pseudonym_key");
  if (!known) return Failure(known.error());
  auto key = PseudonymKey::load(store, *known);
  if (!key) return Failure(key.error());
  return std::optional(*std::move(key));
}

Result<RunReport> run_locked(const StoreFolder& store, Profile profile, Extent extent, const Clock& clock) {
  const auto jobs = jobs_of(profile);
  if (!jobs) return Failure(jobs.error());
  auto zones = open_zones_for_writing(store, profile);
  if (!zones) return Failure(zones.error());
  const auto key = key_for(store, profile, *zones);
  if (!key) return Failure(key.error());
  auto transaction = zones->begin_immediate();
  if (!transaction) return Failure(transaction.error());
  // Attached only now: BEGIN IMMEDIATE would take the write lock of landing.db too, and hold up ingest. The
  // first read of it fixes the snapshot that all jobs see.
  if (auto attached = zones->attach(landing::landing_file(store.dir), "landing"); !attached) {
    return in_context("landing.db", attached.error());
  }
  const auto landing = read_landing_cursor(*zones);
  if (!landing) return Failure(landing.error());
  RunReport report;
  report.profile = profile;
  const auto current = is_up_to_date(*zones, *jobs, *landing);
  if (!current) return Failure(current.error());
  report.up_to_date = *current && extent == Extent::when_needed;
  if (report.up_to_date) return report;
  if (auto filled = fill(*zones, *jobs, *landing, *key, clock, report); !filled)
    return Failure(filled.error());
  if (auto committed = transaction->commit(); !committed) return Failure(committed.error());
  // What a run deleted should not linger in the log; a reader in the way leaves it to the next run.
  const auto emptied = zones->checkpoint_truncate("main");
  if (!emptied) return Failure(emptied.error());
  report.log_emptied = *emptied;
  return report;
}

}  // namespace

Result<RunReport> run_profile(const StoreFolder& store, Profile profile, Extent extent, const Clock& clock) {
  if (auto landing = landing::open_landing_for_reading(store.dir); !landing) return Failure(landing.error());
  const std::string name = "zones-" + std::string(profile_name(profile));
  auto lock = RunLock::acquire(store.dir / (name + ".lock"));
  if (!lock) return Failure(lock.error());
  auto report = run_locked(store, profile, extent, clock);
  if (!report) return in_context("run " + std::string(profile_name(profile)), report.error());
  return report;
}

Result<RunReport> apply_pending_changes(const StoreFolder& store, Profile profile, const Clock& clock) {
  std::error_code error;
  // A file of an older version counts: it shows people too.
  const auto file = landing::zones_file(store.dir, profile_name(profile));
  if (std::filesystem::exists(file, error)) return run_profile(store, profile, Extent::when_needed, clock);
  RunReport report;
  report.profile = profile;
  report.up_to_date = true;
  return report;
}

Result<void> bring_consent_up_to_date(const StoreFolder& store, Profile profile, const Clock& clock) {
  auto behind = [&]() -> Result<bool> {
    auto zones = open_zones_for_reading(store, profile);
    if (!zones) return Failure(zones.error());
    const auto read_up_to = read_zones_cursor(*zones);
    if (!read_up_to) return Failure(read_up_to.error());
    const auto landed = read_landing_cursor(*zones);
    if (!landed) return Failure(landed.error());
    return consent_is_behind(*read_up_to, *landed);
  }();
  if (!behind) return Failure(behind.error());
  if (!*behind) return {};
  const auto report = run_profile(store, profile, Extent::when_needed, clock);
  return report ? Result<void>() : Failure(report.error());
}

}  // namespace stedi::lakehouse
