// Plays a recording to a gateway: seals what is due into the spool, and lets the session publish it until all
// is acknowledged.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/clock.hpp"
#include "core/mqtt/client.hpp"
#include "core/result.hpp"
#include "firmware_sim/recording/recording.hpp"
#include "firmware_sim/session/session.hpp"
#include "firmware_sim/spool/spool.hpp"

namespace stedi::firmware {

// Every batch gets an fsync of its own, or those of some milliseconds share one.
struct FsyncPolicy {
  enum class Kind { every_batch, group };
  Kind kind = Kind::group;
  std::int64_t group_ms = 0;  // 0: what is due at the same time
};

inline constexpr std::int64_t max_fsync_group_ms = 10'000;
inline constexpr std::size_t max_commit_batches = 256;  // that share an fsync, whatever the milliseconds

struct PlayOptions {
  mqtt::Options connection;  // subscriptions and will are the player's to fill
  std::filesystem::path spool_dir;
  SpoolOptions spool;
  FsyncPolicy fsync;
  std::filesystem::path roles_dir;
  std::size_t batch_records = 50;
  double speed = 0;  // times the data's own clock; 0: as fast as acks allow
  SessionLimits session;
};

struct PlayStatus {
  std::size_t records_in_all = 0;   // of the recording
  std::size_t records_sealed = 0;   // in all of the spool's life
  std::size_t records_waiting = 0;  // sealed, not acknowledged
  std::size_t records_dropped = 0;  // in this run, by the spool's bounds
  std::size_t waiting_batches = 0;
  SessionState state = SessionState::disconnected;
  std::string lost_reason;  // why the connection was lost last
};

struct PlaySummary {
  std::size_t records = 0;  // acknowledged in this run
  std::size_t batches = 0;
  std::size_t retries = 0;
  std::size_t dropped = 0;          // records, by the spool's bounds; gap records say which
  std::size_t sealed_earlier = 0;   // records that an earlier run had sealed
  std::size_t refused_batches = 0;  // kept apart in the spool, from this run and earlier ones
  std::string refusal;              // reason of the latest refusal in this run
  double seconds = 0;
  bool interrupted = false;  // stopped before all was acknowledged
};

// How the player meets the world; tests give their own.
struct PlayWorld {
  const Clock* clock = nullptr;
  std::function<Result<std::unique_ptr<mqtt::Client>>(mqtt::Options, mqtt::Handlers)> make_client;
  const std::atomic<bool>* stop = nullptr;             // set by a signal: stop cleanly
  std::function<Result<void>()> on_spool_open;         // once the spool is known to be this recording's
  std::function<void(const PlayStatus&)> on_progress;  // at least ten times a second
};

// The spool a recording plays from belongs to it. Returns when every batch is acknowledged or refused, or
// when told to stop. Fails (usage) when the spool is another data set's, fails when the disk does; a broker
// or gateway that does not answer is waited for.
Result<PlaySummary> play(const Recording& recording, const PlayOptions& options, const PlayWorld& world);

}  // namespace stedi::firmware
