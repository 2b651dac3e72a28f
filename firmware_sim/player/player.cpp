#include "firmware_sim/player/player.hpp"

#include <malloc.h>

#include <algorithm>
#include <thread>

#include "core/digest/digest.hpp"
#include "firmware_sim/player/role_file.hpp"

namespace stedi::firmware {

namespace {

constexpr std::chrono::milliseconds longest_wait{100};  // how soon a stop or progress is noticed
constexpr std::chrono::milliseconds close_patience{2'000};

// What malloc has handed out, in all threads' heaps.
std::size_t allocated_bytes() {
  const struct mallinfo2 info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace

Player::Player(Feed& feed, const PlayOptions& options, const PlayWorld& world, Spool& spool)
    : feed_(feed),
      options_(options),
      world_(world),
      spool_(spool),
      pace_(options.speed, *world.clock),
      started_ms_(world.clock->monotonic_ms()),
      fleet_(options.fleet, options.session, *world.clock, spool) {}

Result<void> Player::name_devices() {
  for (const RecordedDevice& device : feed_.devices()) {
    device_ids_.push_back(TRY(spool_.device_id(device.kind, device.name)));
  }
  return spool_.commit();
}

void Player::resume_feed() {
  const auto sealed = [this](const FedStream& stream) {
    const std::size_t records = spool_.sealed_records(device_ids_[stream.device], stream.stream);
    sealed_earlier_ += records;
    return records;
  };
  feed_.resume(sealed, world_.clock->wall_ms());
  next_due_ms_ = feed_.next_due_ms();
}

Result<void> Player::make_fleet() {
  const auto jitter_seed = static_cast<std::uint64_t>(first_64_bits(sha256(spool_.boot())));
  return fleet_.make_connections(options_.connection, device_ids_, jitter_seed, world_.make_client);
}

Result<void> Player::offer_pending() {
  const auto pending = TRY(spool_.pending());
  for (const SealedBatch& batch : pending) fleet_.offer(batch);
  return {};
}

Result<void> Player::start() {
  const std::size_t before_bytes = allocated_bytes();
  TRY(name_devices());
  resume_feed();
  state_bytes_per_device_ = static_cast<double>(allocated_bytes() - before_bytes) /
                            static_cast<double>(std::max<std::size_t>(1, device_ids_.size()));
  if (world_.faults != nullptr) TRY(world_.faults->on_life(device_ids_, spool_.boot()));
  TRY(make_fleet());
  TRY(offer_pending());
  if (is_done()) return {};
  TRY(write_role_file(options_.roles_dir, website_id()));
  return fleet_.start();
}

Result<void> Player::turn(std::chrono::milliseconds most_patience) {
  // First what is acknowledged leaves the spool: the bounds must not drop it, and it makes room.
  TRY(fleet_.take_what_came(std::min(most_patience, patience())));
  TRY(seal_what_is_due());
  TRY(advance_faults());
  TRY(fleet_.tick());
  if (world_.on_progress) world_.on_progress(status());
  return {};
}

// Told to stop, it accepts what it has sealed.
Result<void> Player::finish() {
  TRY(fleet_.settle());
  return commit();
}

void Player::say_goodbye() {
  fleet_.say_goodbye(close_patience);
  if (!device_ids_.empty() && is_done()) remove_role_file(options_.roles_dir, website_id());
}

bool Player::may_seal_another() const {
  return next_due_ms_ && uncommitted_.size() < max_commit_batches && spool_.has_room();
}

bool Player::is_commit_due() const {
  if (uncommitted_.empty()) return false;
  if (options_.fsync.kind == FsyncPolicy::Kind::every_batch || uncommitted_.size() >= max_commit_batches)
    return true;
  return world_.clock->monotonic_ms() - group_began_ms_ >= options_.fsync.group_ms;
}

// A batch is accepted, and may be published, only once its commit returned. Losses wait for a gateway that
// listens, so that neighbours become one record.
Result<void> Player::seal_what_is_due() {
  TRY(spool_.drop_too_old());
  const bool each = options_.fsync.kind == FsyncPolicy::Kind::every_batch;
  const std::size_t most = world_.faults == nullptr ? max_commit_batches : max_sealed_under_faults;
  for (std::size_t sealed = 0; sealed < most && may_seal_another() && pace_.is_due(*next_due_ms_); ++sealed) {
    TRY(seal_next());
    if (!each) continue;
    TRY(commit());
  }
  if (fleet_.publishing() > 0) TRY(spool_.seal_gaps());
  if (uncommitted_.empty() || is_commit_due()) return commit();
  offer_what_is_accepted();
  return {};
}

Result<void> Player::seal_next() {
  feed_.take(batch_);
  next_due_ms_ = feed_.next_due_ms();
  const FedStream& stream = feed_.streams()[batch_.stream];
  const auto sealed =
      TRY(spool_.seal(device_ids_[stream.device], stream.stream, batch_.records(), batch_.times));
  data_ms_ = std::max(data_ms_, batch_.due_ms);
  if (uncommitted_.empty()) group_began_ms_ = world_.clock->monotonic_ms();
  uncommitted_.push_back(pace_.real_ms(batch_.due_ms));
  sealed_now_ += batch_.count;
  return world_.faults == nullptr ? Result<void>() : world_.faults->on_sealed(sealed, batch_);
}

Result<void> Player::commit() {
  TRY(spool_.commit());
  if (pace_.keeps_time()) {
    const std::int64_t now_ms = world_.clock->monotonic_ms();
    for (const std::int64_t due_ms : uncommitted_) lateness_.add(now_ms - due_ms);
  }
  uncommitted_.clear();
  offer_what_is_accepted();
  return {};
}

// Deleting what is acknowledged commits, too: what that made durable is taken up here as well. What was
// dropped is taken back before its commit: its bytes are gone already.
void Player::offer_what_is_accepted() {
  const SpoolChanges changes = spool_.take_changes();
  for (const SealedBatch& batch : changes.accepted) fleet_.offer(batch);
  for (const SealedBatch& batch : changes.dropped) {
    fleet_.drop(batch);
    dropped_ += batch.records;
  }
}

Result<void> Player::advance_faults() {
  if (world_.faults == nullptr) return {};
  faults_next_ms_ = TRY(world_.faults->advance(data_ms_));
  return {};
}

std::chrono::milliseconds Player::patience() {
  const std::int64_t now_ms = world_.clock->monotonic_ms();
  std::int64_t next_ms = now_ms + longest_wait.count();
  if (may_seal_another()) next_ms = std::min(next_ms, pace_.real_ms(*next_due_ms_));
  if (!uncommitted_.empty()) next_ms = std::min(next_ms, group_began_ms_ + options_.fsync.group_ms);
  if (const auto tick_ms = fleet_.next_tick_ms()) next_ms = std::min(next_ms, *tick_ms);
  if (faults_next_ms_) next_ms = std::min(next_ms, *faults_next_ms_);
  return std::chrono::milliseconds(std::max<std::int64_t>(0, next_ms - now_ms));
}

PlayStatus Player::status() const {
  PlayStatus status;
  status.records_in_all = feed_.records_in_all();
  status.records_sealed = sealed_earlier_ + sealed_now_;
  status.records_waiting = fleet_.outstanding_records();
  status.records_dropped = dropped_;
  status.waiting_batches = fleet_.outstanding();
  status.state = fleet_.state();
  status.lost_reason = fleet_.lost_reason();
  status.connections = fleet_.connections();
  status.publishing = fleet_.publishing();
  return status;
}

Result<PlaySummary> Player::summary() const {
  const SessionCounts counts = fleet_.counts();
  const auto refused = TRY(spool_.refused_batches());
  PlaySummary summary;
  summary.records = counts.acknowledged_records;
  summary.batches = counts.acknowledged_batches;
  summary.retries = counts.retries;
  summary.dropped = dropped_;
  summary.sealed_earlier = sealed_earlier_;
  summary.refused_batches = refused;
  summary.refused_now = counts.refused;
  summary.refusal = counts.refusal;
  summary.dropped_acks = fleet_.dropped_acks();
  summary.unreadable_acks = counts.unreadable;
  summary.unmatched_refusals = counts.unmatched;
  summary.interrupted = !is_done();
  summary.full_of_refused = is_stuck();
  summary.seconds = static_cast<double>(world_.clock->monotonic_ms() - started_ms_) / 1000.0;
  summary.devices = device_ids_.size();
  summary.connections = fleet_.connections();
  summary.lateness = lateness_;
  summary.state_bytes_per_device = state_bytes_per_device_;
  return summary;
}

// ---- Lives

namespace {

bool is_stopped(const PlayWorld& world) {
  return world.stop != nullptr && *world.stop;
}

// What a later life adds to what came before it.
void add_life(PlaySummary& sum, const PlaySummary& life) {
  if (sum.devices == 0) {
    sum = life;
    return;
  }
  sum.records += life.records;
  sum.batches += life.batches;
  sum.retries += life.retries;
  sum.dropped += life.dropped;
  sum.refused_batches = life.refused_batches;
  sum.refused_now += life.refused_now;
  if (!life.refusal.empty()) sum.refusal = life.refusal;
  sum.dropped_acks += life.dropped_acks;
  sum.unreadable_acks += life.unreadable_acks;
  sum.unmatched_refusals += life.unmatched_refusals;
  sum.seconds += life.seconds;
  sum.interrupted = life.interrupted;
  sum.full_of_refused = life.full_of_refused;
  sum.lateness.add(life.lateness);
}

struct LifeEnd {
  PlaySummary summary;
  std::optional<std::int64_t> dark_ms;  // the power was cut, and comes back after so long
};

Result<LifeEnd> live(Feed& feed, const PlayOptions& options, const PlayWorld& world) {
  auto spool = TRY(Spool::open(options.spool_dir, {feed.digest(), feed.identity_seed(), feed.name_key()},
                               *world.clock, options.spool));
  if (world.on_spool_open) TRY(world.on_spool_open());
  LifeEnd end;
  Player player(feed, options, world, *spool);
  auto played = player.start();
  while (played && !player.is_done() && !player.is_stuck() && !is_stopped(world) && !end.dark_ms) {
    played = player.turn(longest_wait);
    if (played && world.faults != nullptr) end.dark_ms = world.faults->power_cut();
  }
  // Without power nobody finishes anything, nor says goodbye.
  if (played && !end.dark_ms) played = player.finish();
  if (!end.dark_ms) player.say_goodbye();
  if (!played) return Failure(played.error());
  end.summary = TRY(player.summary());
  return end;
}

void stay_dark(std::int64_t dark_ms, const PlayWorld& world) {
  const std::int64_t until_ms = world.clock->monotonic_ms() + dark_ms;
  while (world.clock->monotonic_ms() < until_ms && !is_stopped(world))
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

}  // namespace

Result<PlaySummary> play(Feed& feed, const PlayOptions& options, const PlayWorld& world) {
  PlaySummary sum;
  for (;;) {
    auto end = TRY(live(feed, options, world));
    add_life(sum, end.summary);
    if (!end.dark_ms) return sum;
    ++sum.power_cuts;
    stay_dark(*end.dark_ms, world);
  }
}

}  // namespace stedi::firmware
