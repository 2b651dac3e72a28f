// Runs a profile as data lands: what `stedi-lakehouse watch` does.
#pragma once

#include <cstdint>
#include <functional>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "lakehouse/runner/retention.hpp"
#include "lakehouse/runner/run.hpp"

namespace stedi::lakehouse {

inline constexpr std::int64_t default_watch_delay_ms = 250;
inline constexpr std::int64_t most_watch_delay_ms = 60'000;
// Days are long: what expires between two looks stays an hour more at most.
inline constexpr std::int64_t watch_expires_every_ms = 3'600'000;
inline constexpr std::int64_t watch_retries_every_ms = 1'000;

struct WatchOptions {
  Profile profile = Profile::strict;
  // A run begins at most this long after what it takes in was committed, unless the run before it takes
  // longer. Until then more may gather, and goes in together.
  std::int64_t delay_ms = default_watch_delay_ms;
  // Applied at the start and then every watch_expires_every_ms.
  Retention retention = {};
};

// What a watch has to say of itself.
struct WatchReports {
  std::function<void(const RunReport&)> ran;  // a run that changed something or left its log unemptied
  std::function<void(const Error&)> held_up;  // trouble that may pass; at most every watch_retries_every_ms
};

// Until `stopped` says so, which is asked every few milliseconds between runs; a run is always finished. The
// other profiles, where they have been made, follow as soon as consent changes. What fails before the first
// run is done ends it; so does a wrong key or setting. Any later failure (a full disk, a long run of somebody
// else) is reported and tried again.
Result<void> watch(const StoreFolder& store, const WatchOptions& options, const Clock& clock,
                   const std::function<bool()>& stopped, const WatchReports& reports);

}  // namespace stedi::lakehouse
