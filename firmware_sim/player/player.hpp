// Plays a feed to a gateway: seals what is due into the spool, and lets the sessions publish it until all is
// acknowledged.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/mqtt/client.hpp"
#include "core/result.hpp"
#include "firmware_sim/feed/feed.hpp"
#include "firmware_sim/player/fault_injector.hpp"
#include "firmware_sim/player/fleet.hpp"
#include "firmware_sim/player/lateness.hpp"
#include "firmware_sim/player/pace.hpp"
#include "firmware_sim/spool/spool.hpp"

namespace stedi::firmware {

// Every batch gets an fsync of its own, or those of some milliseconds share one.
struct FsyncPolicy {
  enum class Kind { every_batch, group };
  Kind kind = Kind::group;
  std::int64_t group_ms = 0;  // 0: what is due at the same time
};

inline constexpr std::int64_t max_fsync_group_ms = 10'000;
inline constexpr std::size_t max_commit_batches = 2'048;  // that share an fsync, whatever the milliseconds

// A turn, when faults strike: the data's clock must not run past them.
inline constexpr std::size_t max_sealed_under_faults = 16;

struct PlayOptions {
  mqtt::Options connection;  // client id, subscriptions and will are the fleet's to fill
  std::filesystem::path spool_dir;
  SpoolOptions spool;
  FsyncPolicy fsync;
  std::filesystem::path roles_dir;
  std::size_t batch_records = 50;
  double speed = 0;  // times the data's own clock; 0: as fast as acks allow
  SessionLimits session;
  FleetOptions fleet;
};

struct PlayStatus {
  std::optional<std::size_t> records_in_all;  // of the feed, where that is known
  std::size_t records_sealed = 0;             // in all of the spool's life
  std::size_t records_waiting = 0;            // sealed, not acknowledged
  std::size_t records_dropped = 0;            // in this run, by the spool's bounds
  std::size_t waiting_batches = 0;
  SessionState state = SessionState::disconnected;
  std::string lost_reason;  // why the connection was lost last
  std::size_t connections = 0;
  std::size_t publishing = 0;  // of the connections: a gateway listens
};

struct PlaySummary {
  std::size_t records = 0;  // acknowledged in this run
  std::size_t batches = 0;
  std::size_t retries = 0;
  std::size_t dropped = 0;             // records, by the spool's bounds; gap records say which
  std::size_t sealed_earlier = 0;      // records that an earlier run had sealed
  std::size_t refused_batches = 0;     // kept apart in the spool, from this run and earlier ones
  std::size_t refused_now = 0;         // in this run; a dropping policy may have dropped them since
  std::string refusal;                 // reason of the latest refusal in this run
  std::size_t dropped_acks = 0;        // by a full inbox: what they named was sent again
  std::size_t unreadable_acks = 0;     // that are none
  std::size_t unmatched_refusals = 0;  // that name no batch which waits
  double seconds = 0;
  bool interrupted = false;      // ended before all was acknowledged
  bool full_of_refused = false;  // and why: see Player::is_stuck()
  std::size_t devices = 0;
  std::size_t connections = 0;
  std::size_t power_cuts = 0;
  Lateness lateness;                  // from when a batch was due to its commit; empty at full speed
  double state_bytes_per_device = 0;  // of feed, spool and player, without connections
  std::map<std::string, std::size_t, std::less<>> faults;  // injected, by kind
};

// How the player meets the world; tests give their own.
struct PlayWorld {
  const Clock* clock = nullptr;
  MakeClient make_client;
  const std::atomic<bool>* stop = nullptr;             // set by a signal: stop cleanly
  std::function<Result<void>()> on_spool_open;         // once the spool is known to be this feed's
  std::function<void(const PlayStatus&)> on_progress;  // at least ten times a second
  FaultInjector* faults = nullptr;
};

// One life of the devices of a feed, turn by turn. Everything it is given outlives it. One thread.
class Player {
 public:
  Player(Feed& feed, const PlayOptions& options, const PlayWorld& world, Spool& spool);

  // Names the devices, offers what an earlier life left in the spool, begins to connect.
  Result<void> start();
  // Takes what has come, deletes what is acknowledged, accepts what is due, publishes. Waits up to
  // `most_patience` when there is nothing to do yet. Fails when the disk does: the player is then over.
  Result<void> turn(std::chrono::milliseconds most_patience);
  // Everything is accepted, and acknowledged or set apart.
  bool is_done() const {
    return !next_due_ms_ && uncommitted_.empty() && !spool_.has_pending_gaps() && fleet_.idle();
  }
  // Not done, and never will be: what a gateway refused fills the spool, and may not give way.
  bool is_stuck() const {
    return next_due_ms_ && uncommitted_.empty() && !spool_.has_room() && !spool_.has_pending_gaps() &&
           fleet_.idle();
  }
  // Told to stop, it accepts what it has sealed.
  Result<void> finish();
  // Says that it is offline and disconnects. After it no turns.
  void say_goodbye();
  Result<PlaySummary> summary() const;

 private:
  Result<void> name_devices();
  void resume_feed();
  Result<void> make_fleet();
  Result<void> offer_pending();
  Result<void> seal_what_is_due();
  Result<void> seal_next();
  bool may_seal_another() const;
  bool is_commit_due() const;
  Result<void> commit();
  void offer_what_is_accepted();
  Result<void> advance_faults();
  std::chrono::milliseconds patience();
  PlayStatus status() const;
  const std::string& website_id() const { return device_ids_.front(); }

  Feed& feed_;
  const PlayOptions& options_;
  const PlayWorld& world_;
  Spool& spool_;
  Pace pace_;
  const std::int64_t started_ms_;
  Fleet fleet_;
  std::vector<std::string> device_ids_;      // as Feed::devices()
  std::optional<std::int64_t> next_due_ms_;  // of the feed
  FedBatch batch_;
  std::size_t sealed_earlier_ = 0;
  std::size_t sealed_now_ = 0;  // records
  std::size_t dropped_ = 0;     // records
  std::vector<std::int64_t>
      uncommitted_;                      // of batches sealed since the last commit: when they might have been
  std::int64_t group_began_ms_ = 0;      // when the first of them was
  std::int64_t data_ms_ = earliest_due;  // how far the data's clock has come
  std::optional<std::int64_t> faults_next_ms_;
  Lateness lateness_;
  double state_bytes_per_device_ = 0;
};

// The spool a feed is played from belongs to it. Returns when every batch is acknowledged or refused, when
// refused ones have filled the spool, or when told to stop; a power cut begins a new life on the same spool.
// Fails (usage) when the spool is another data set's, fails when the disk does; a broker or gateway that does
// not answer is waited for.
Result<PlaySummary> play(Feed& feed, const PlayOptions& options, const PlayWorld& world);

}  // namespace stedi::firmware
