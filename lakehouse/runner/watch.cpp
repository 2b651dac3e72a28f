#include "lakehouse/runner/watch.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "lakehouse/landing/store.hpp"
#include "lakehouse/landing/store_use.hpp"
#include "lakehouse/runner/curator.hpp"
#include "lakehouse/zones/zones.hpp"

namespace stedi::lakehouse {

namespace {

// Asking costs two microseconds; it is the least part of a reading's way.
constexpr std::int64_t poll_ms = 10;
// A reader must not hold up the next run: its log is tried again after that one.
constexpr std::int64_t watch_log_patience_ms = 0;

class Watch {
 public:
  Watch(const StoreFolder& store, const WatchOptions& options, const Clock& clock,
        const std::function<bool()>& stopped, const std::function<void(const RunReport&)>& report)
      : store_(store),
        options_(options),
        clock_(clock),
        stopped_(stopped),
        report_(report),
        curator_(store, options.profile, clock, {}, watch_log_patience_ms) {}

  Result<void> run() {
    // What it watches must stay the store.
    const auto use = landing::StoreUse::share(store_.dir);
    if (!use) return in_context("watch", use.error());
    auto landing = landing::open_landing_for_reading(store_.dir);
    if (!landing) return Failure(landing.error());
    std::int64_t seen = -1;
    std::int64_t next_ms = clock_.monotonic_ms();
    while (!stopped_()) {
      if (auto expired = expire_now_and_then(); !expired) return expired;
      // Moves when another connection has committed.
      const auto version = landing->integer("PRAGMA data_version");
      if (!version) return in_context("landing.db", version.error());
      const std::int64_t now_ms = clock_.monotonic_ms();
      if ((*version == seen && !log_is_pending_) || now_ms < next_ms) {
        std::this_thread::sleep_for(std::chrono::milliseconds(poll_ms));
        continue;
      }
      seen = *version;
      if (auto done = run_once(); !done) return done;
      // A full run (`reference`) takes its time: no more than every other moment is spent on it.
      next_ms =
          now_ms + std::max(options_.delay_ms,
                            options_.profile == Profile::strict ? 0 : 2 * (clock_.monotonic_ms() - now_ms));
    }
    return {};
  }

 private:
  // What it deletes moves data_version, and so comes to the tables.
  Result<void> expire_now_and_then() {
    const std::int64_t now_ms = clock_.monotonic_ms();
    if (!options_.retention.is_on() || now_ms < next_expiry_ms_) return {};
    next_expiry_ms_ = now_ms + watch_expires_every_ms;
    const auto expired = expire(store_, options_.retention, clock_);
    return expired ? Result<void>() : Failure(expired.error());
  }

  Result<void> run_once() {
    const auto done = curator_.run(Extent::when_needed);
    if (!done) return Failure(done.error());
    log_is_pending_ = !done->log_emptied;
    if (!done->up_to_date || log_is_pending_) report_(*done);
    for (const Profile other : all_profiles) {
      if (other == options_.profile) continue;
      const auto filled = has_been_run(store_, other);
      if (!filled) return Failure(filled.error());
      if (!*filled) continue;
      if (auto followed = bring_consent_up_to_date(store_, other, clock_); !followed) return followed;
    }
    return {};
  }

  const StoreFolder& store_;
  const WatchOptions& options_;
  const Clock& clock_;
  const std::function<bool()>& stopped_;
  const std::function<void(const RunReport&)>& report_;
  Curator curator_;
  bool log_is_pending_ = false;
  std::int64_t next_expiry_ms_ = 0;
};

}  // namespace

Result<void> watch(const StoreFolder& store, const WatchOptions& options, const Clock& clock,
                   const std::function<bool()>& stopped,
                   const std::function<void(const RunReport&)>& report) {
  return Watch(store, options, clock, stopped, report).run();
}

}  // namespace stedi::lakehouse
