#include "lakehouse/runner/watch.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "lakehouse/landing/store.hpp"
#include "lakehouse/landing/store_use.hpp"
#include "lakehouse/runner/curator.hpp"
#include "lakehouse/store/zones.hpp"

namespace stedi::lakehouse {

namespace {

// Asking costs two microseconds; it is the least part of a reading's way.
constexpr std::int64_t poll_ms = 10;
// A reader must not hold up the next run: its log is tried again after that one.
constexpr std::int64_t watch_log_patience_ms = 0;

constexpr std::int64_t nothing_seen = -1;

class Watch {
 public:
  Watch(const StoreFolder& store, const WatchOptions& options, const Clock& clock,
        const std::function<bool()>& stopped, const WatchReports& reports)
      : store_(store),
        options_(options),
        clock_(clock),
        stopped_(stopped),
        reports_(reports),
        curator_(store, options.profile, clock, {}, watch_log_patience_ms) {}

  Result<void> run() {
    auto landing = TRY(landing::open_landing_for_reading(store_.dir));
    // What it watches must stay the store.
    const auto use = TRY(landing::StoreUse::share(store_.dir));
    while (!stopped_()) {
      const auto worked = work_if_due(landing);
      if (!worked && !outlives(worked.error())) return Failure(worked.error());
      if (!worked || !*worked) std::this_thread::sleep_for(std::chrono::milliseconds(poll_ms));
    }
    return {};
  }

 private:
  // Whether there was anything to do.
  Result<bool> work_if_due(sqlite::Database& landing) {
    const std::int64_t now_ms = clock_.monotonic_ms();
    if (now_ms < next_ms_) return false;
    TRY(expire_now_and_then(now_ms));
    // Moves when another connection has committed.
    const auto version = TRY_IN("landing.db", landing.integer("PRAGMA data_version"));
    if (version == seen_ && !log_is_pending_) return false;
    TRY(run_once());
    seen_ = version;
    // A full run (`reference`) takes its time: no more than every other moment is spent on it.
    const std::int64_t rest_ms =
        options_.profile == Profile::strict ? 0 : 2 * (clock_.monotonic_ms() - now_ms);
    next_ms_ = now_ms + std::max(options_.delay_ms, rest_ms);
    return true;
  }

  bool outlives(const Error& error) {
    if (error.fault != Fault::failed || seen_ == nothing_seen) return false;
    next_ms_ = clock_.monotonic_ms() + watch_retries_every_ms;
    reports_.held_up(error);
    return true;
  }

  // What it deletes moves data_version, and so comes to the tables.
  Result<void> expire_now_and_then(std::int64_t now_ms) {
    if (!options_.retention.is_on() || now_ms < next_expiry_ms_) return {};
    TRY(expire(store_, options_.retention, clock_));
    next_expiry_ms_ = now_ms + watch_expires_every_ms;
    return {};
  }

  Result<void> run_once() {
    const auto done = TRY(curator_.run(Extent::when_needed));
    log_is_pending_ = !done.log_emptied;
    if (!done.up_to_date || log_is_pending_) reports_.ran(done);
    for (const Profile other : all_profiles) {
      if (other == options_.profile) continue;
      const auto filled = TRY(has_been_run(store_, other));
      if (!filled) continue;
      TRY(bring_consent_up_to_date(store_, other, clock_));
    }
    return {};
  }

  const StoreFolder& store_;
  const WatchOptions& options_;
  const Clock& clock_;
  const std::function<bool()>& stopped_;
  const WatchReports& reports_;
  Curator curator_;
  std::int64_t seen_ = nothing_seen;  // the version of landing.db that the latest run took in
  bool log_is_pending_ = false;
  std::int64_t next_ms_ = 0;
  std::int64_t next_expiry_ms_ = 0;
};

}  // namespace

Result<void> watch(const StoreFolder& store, const WatchOptions& options, const Clock& clock,
                   const std::function<bool()>& stopped, const WatchReports& reports) {
  return Watch(store, options, clock, stopped, reports).run();
}

}  // namespace stedi::lakehouse
