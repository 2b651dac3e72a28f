#include "lakehouse/runner/run.hpp"

#include "lakehouse/landing/store.hpp"
#include "lakehouse/runner/curator.hpp"
#include "lakehouse/store/empty_log.hpp"
#include "lakehouse/store/run_lock.hpp"
#include "lakehouse/store/store_files.hpp"
#include "lakehouse/store/zones.hpp"

namespace stedi::lakehouse {

Result<RunReport> run_profile(const StoreFolder& store, Profile profile, Extent extent, const Clock& clock,
                              const Progress& progress) {
  RunSeams seams;
  if (progress) {
    seams.after = [&](std::string_view done) -> Result<void> {
      progress(done);
      return {};
    };
  }
  return Curator(store, profile, clock, std::move(seams)).run(extent);
}

Result<RunReport> apply_pending_changes(const StoreFolder& store, Profile profile, const Clock& clock) {
  std::error_code error;
  // A file of an older version counts: it shows people too.
  const auto file = zones_file(store.dir, profile);
  if (std::filesystem::exists(file, error)) return run_profile(store, profile, Extent::consent, clock);
  RunReport report;
  report.profile = profile;
  report.up_to_date = true;
  return report;
}

void finish_emptying_log(const StoreFolder& store, Profile profile) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(zones_log_file(store.dir, profile), error);
  if (error || bytes == 0) return;
  const auto lock = lock_for_run(zones_lock_file(store.dir, profile), std::chrono::milliseconds(0));
  if (!lock) return;  // a run is at it, and empties the log itself
  auto zones = sqlite::Database::open(zones_file(store.dir, profile), sqlite::Access::read_write, 0);
  if (zones) static_cast<void>(empty_log(*zones, 0));
}

Result<void> bring_consent_up_to_date(const StoreFolder& store, Profile profile, const Clock& clock) {
  auto behind = TRY([&]() -> Result<bool> {
    auto zones = TRY(open_zones_for_reading(store, profile));
    const auto read_up_to = TRY(read_zones_cursor(zones));
    const auto landed = TRY(read_landing_cursor(zones));
    return consent_is_behind(read_up_to, landed);
  }());
  if (!behind) {
    finish_emptying_log(store, profile);
    return {};
  }
  TRY(run_profile(store, profile, Extent::consent, clock));
  return {};
}

}  // namespace stedi::lakehouse
