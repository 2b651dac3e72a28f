#include "firmware_sim/player/player.hpp"

#include <algorithm>

#include "core/digest/digest.hpp"
#include "core/record/limits.hpp"
#include "core/wire/topic.hpp"
#include "firmware_sim/player/role_file.hpp"

namespace stedi::firmware {

namespace {

constexpr std::chrono::milliseconds longest_wait{100};  // how soon a stop or progress is noticed
constexpr std::chrono::milliseconds close_patience{2'000};

}  // namespace

Player::Player(const Recording& recording, const PlayOptions& options, const PlayWorld& world, Spool& spool)
    : recording_(recording),
      options_(options),
      world_(world),
      spool_(spool),
      pace_(options.speed, *world.clock),
      started_ms_(world.clock->monotonic_ms()) {}

Result<void> Player::name_devices() {
  for (const RecordedDevice& device : recording_.devices) {
    auto id = spool_.device_id(device.kind, device.name);
    if (!id) return Failure(id.error());
    device_ids_.push_back(std::move(*id));
  }
  return spool_.commit();
}

void Player::plan() {
  const std::int64_t latest_plausible_ms = world_.clock->wall_ms() + limits::max_ahead_of_receipt_ms;
  const auto sealed = [this](const RecordedStream& stream) {
    const std::size_t records = spool_.sealed_records(device_ids_[stream.device], stream.stream);
    sealed_earlier_ += records;
    return records;
  };
  plan_ = plan_batches(recording_, options_.batch_records, latest_plausible_ms, sealed);
}

Result<void> Player::connect() {
  mqtt::Options connection = options_.connection;
  // A new connection under the same name ends the old one, so that an old will cannot call us offline
  // afterwards.
  if (connection.client_id.empty()) connection.client_id = website_id();
  connection.subscriptions.emplace_back(wire::gateway_status_topic);
  for (const std::string& id : device_ids_) connection.subscriptions.push_back(wire::ack_topic(id));
  connection.will = mqtt::Will{wire::status_topic(website_id()), std::string(wire::status_offline)};
  auto client = world_.make_client(std::move(connection), inbox_.handlers());
  if (!client) return Failure(client.error());
  client_ = std::move(*client);
  const auto jitter_seed = static_cast<std::uint64_t>(first_64_bits(sha256(spool_.boot())));
  session_.emplace(options_.session, *world_.clock, *client_, spool_, jitter_seed);
  return {};
}

Result<void> Player::offer_pending() {
  const auto pending = spool_.pending();
  if (!pending) return Failure(pending.error());
  for (const SealedBatch& batch : *pending) session_->offer(batch);
  return {};
}

Result<void> Player::start() {
  if (auto named = name_devices(); !named) return named;
  plan();
  if (auto connected = connect(); !connected) return connected;
  if (auto offered = offer_pending(); !offered) return offered;
  if (is_done()) return {};
  if (auto written = write_role_file(options_.roles_dir, website_id()); !written) return written;
  return client_->start();
}

Result<void> Player::turn(std::chrono::milliseconds most_patience) {
  for (const InboxEvent& event : inbox_.take(std::min(most_patience, patience()))) {
    if (auto handled = handle(event); !handled) return handled;
  }
  // First what is acknowledged leaves the spool: the bounds must not drop it, and it makes room.
  if (auto settled = session_->settle(); !settled) return settled;
  if (auto sealed = seal_what_is_due(); !sealed) return sealed;
  if (auto ticked = session_->tick(); !ticked) return ticked;
  if (world_.on_progress) world_.on_progress(status());
  return {};
}

// Told to stop, it accepts what it has sealed.
Result<void> Player::finish() {
  if (auto settled = session_->settle(); !settled) return settled;
  return commit();
}

void Player::say_goodbye() {
  if (client_ == nullptr) return;
  if (client_->ready()) {
    // A status that cannot be said is said by the will.
    (void)client_->publish(wire::status_topic(website_id()), wire::status_offline, true);
  }
  client_->close(close_patience);
  if (is_done()) remove_role_file(options_.roles_dir, website_id());
}

Result<void> Player::handle(const InboxEvent& event) {
  switch (event.kind) {
    case InboxEvent::Kind::ready:
      session_->on_ready();
      (void)client_->publish(wire::status_topic(website_id()), wire::status_online, true);
      return {};
    case InboxEvent::Kind::lost:
      lost_reason_ = event.topic;
      session_->on_lost();
      return {};
    case InboxEvent::Kind::message:
      return session_->on_message(event.topic, event.payload);
  }
  return {};
}

bool Player::may_seal_another() const {
  return next_ < plan_.size() && uncommitted_ < max_commit_batches && spool_.has_room();
}

bool Player::is_commit_due() const {
  if (uncommitted_ == 0) return false;
  if (options_.fsync.kind == FsyncPolicy::Kind::every_batch || uncommitted_ >= max_commit_batches)
    return true;
  return world_.clock->monotonic_ms() - group_began_ms_ >= options_.fsync.group_ms;
}

// A batch is accepted, and may be published, only once its commit returned. Losses wait for a gateway that
// listens, so that neighbours become one record.
Result<void> Player::seal_what_is_due() {
  if (auto dropped = spool_.drop_too_old(); !dropped) return dropped;
  const bool each = options_.fsync.kind == FsyncPolicy::Kind::every_batch;
  for (std::size_t sealed = 0;
       sealed < max_commit_batches && may_seal_another() && pace_.is_due(plan_[next_]); ++sealed) {
    if (auto done = seal(plan_[next_]); !done) return done;
    if (!each) continue;
    if (auto committed = commit(); !committed) return committed;
  }
  if (session_->state() == SessionState::publishing) {
    if (auto sealed = spool_.seal_gaps(); !sealed) return sealed;
  }
  if (uncommitted_ == 0 || is_commit_due()) return commit();
  offer_what_is_accepted();
  return {};
}

Result<void> Player::seal(const PlannedBatch& batch) {
  const RecordedStream& stream = recording_.streams[batch.stream];
  std::vector<std::string> records;
  records.reserve(batch.count);
  ReadingTimes times;
  for (std::size_t i = batch.first; i < batch.first + batch.count; ++i) {
    const RecordedRecord& record = stream.records[i];
    records.emplace_back(record.json);
    if (record.time_ms == untimed) continue;
    if (!times.first_ms) times.first_ms = record.time_ms;
    times.last_ms = record.time_ms;
  }
  const auto sealed = spool_.seal(device_ids_[stream.device], stream.stream, records, times);
  if (!sealed) return Failure(sealed.error());
  if (uncommitted_++ == 0) group_began_ms_ = world_.clock->monotonic_ms();
  sealed_now_ += batch.count;
  ++next_;
  return {};
}

Result<void> Player::commit() {
  uncommitted_ = 0;
  if (auto committed = spool_.commit(); !committed) return committed;
  offer_what_is_accepted();
  return {};
}

// Deleting what is acknowledged commits, too: what that made durable is taken up here as well. What was
// dropped is taken back before its commit: its bytes are gone already.
void Player::offer_what_is_accepted() {
  const SpoolChanges changes = spool_.take_changes();
  for (const SealedBatch& batch : changes.accepted) session_->offer(batch);
  for (const SealedBatch& batch : changes.dropped) {
    session_->withdraw(batch);
    dropped_ += batch.records;
  }
}

std::chrono::milliseconds Player::patience() {
  const std::int64_t now_ms = world_.clock->monotonic_ms();
  std::int64_t next_ms = now_ms + longest_wait.count();
  if (may_seal_another()) next_ms = std::min(next_ms, pace_.due_ms(plan_[next_]));
  if (uncommitted_ > 0) next_ms = std::min(next_ms, group_began_ms_ + options_.fsync.group_ms);
  if (const auto tick_ms = session_->next_tick_ms()) next_ms = std::min(next_ms, *tick_ms);
  return std::chrono::milliseconds(std::max<std::int64_t>(0, next_ms - now_ms));
}

PlayStatus Player::status() const {
  PlayStatus status;
  status.records_in_all = recording_.record_count();
  status.records_sealed = sealed_earlier_ + sealed_now_;
  status.records_waiting = session_->outstanding_records();
  status.records_dropped = dropped_;
  status.waiting_batches = session_->outstanding();
  status.state = session_->state();
  status.lost_reason = lost_reason_;
  return status;
}

Result<PlaySummary> Player::summary() const {
  const SessionCounts& counts = session_->counts();
  const auto refused = spool_.refused_batches();
  if (!refused) return Failure(refused.error());
  PlaySummary summary;
  summary.records = counts.acknowledged_records;
  summary.batches = counts.acknowledged_batches;
  summary.retries = counts.retries;
  summary.dropped = dropped_;
  summary.sealed_earlier = sealed_earlier_;
  summary.refused_batches = *refused;
  summary.refusal = counts.refusal;
  summary.interrupted = !is_done();
  summary.seconds = static_cast<double>(world_.clock->monotonic_ms() - started_ms_) / 1000.0;
  return summary;
}

Result<PlaySummary> play(const Recording& recording, const PlayOptions& options, const PlayWorld& world) {
  auto spool = Spool::open(options.spool_dir, {recording.digest, recording.identity_seed}, *world.clock,
                           options.spool);
  if (!spool) return Failure(spool.error());
  if (world.on_spool_open) {
    if (auto opened = world.on_spool_open(); !opened) return Failure(opened.error());
  }
  Player player(recording, options, world, **spool);
  auto played = player.start();
  const auto is_stopped = [&world] { return world.stop != nullptr && *world.stop; };
  while (played && !player.is_done() && !is_stopped()) played = player.turn(longest_wait);
  if (played) played = player.finish();
  player.say_goodbye();
  if (!played) return Failure(played.error());
  return player.summary();
}

}  // namespace stedi::firmware
