#include "firmware_sim/player/crew.hpp"

#include <algorithm>

#include "core/wire/topic.hpp"

namespace stedi::firmware {

// ---- Who is in it

Result<void> Crew::hire(const mqtt::Options& connection, std::span<const std::string> device_ids,
                        std::uint64_t jitter_seed, const MakeClient& make_client) {
  const std::size_t most = options_.connections == 0 ? device_ids.size() : options_.connections;
  members_.resize(std::min(most, device_ids.size()));
  in_state_[static_cast<std::size_t>(SessionState::disconnected)] = members_.size();
  for (std::size_t device = 0; device < device_ids.size(); ++device)
    member_of_.emplace(device_ids[device], static_cast<std::uint32_t>(device % members_.size()));
  for (std::size_t index = 0; index < members_.size(); ++index) {
    if (auto hired = hire_one(index, connection, device_ids, jitter_seed, make_client); !hired) return hired;
  }
  return {};
}

Result<void> Crew::hire_one(std::size_t index, const mqtt::Options& connection,
                            std::span<const std::string> device_ids, std::uint64_t jitter_seed,
                            const MakeClient& make_client) {
  Member& member = members_[index];
  member.device = device_ids[index];
  mqtt::Options options = connection;
  // A new connection under the same name ends the old one, so that an old will cannot call us offline
  // afterwards.
  if (options.client_id.empty()) options.client_id = member.device;
  options.subscriptions.emplace_back(wire::gateway_status_topic);
  for (std::size_t device = index; device < device_ids.size(); device += members_.size())
    options.subscriptions.push_back(wire::ack_topic(device_ids[device]));
  options.will = mqtt::Will{wire::status_topic(member.device), std::string(wire::status_offline)};
  auto client = make_client(std::move(options), inbox_.handlers(index));
  if (!client) return Failure(client.error());
  member.client = std::move(*client);
  member.session = std::make_unique<Session>(limits_, clock_, *member.client, store_, jitter_seed + index);
  return {};
}

// ---- Connecting

Result<void> Crew::start() {
  ramp_began_ms_ = clock_.monotonic_ms();
  return ramp_up();
}

Result<void> Crew::ramp_up() {
  while (started_ < members_.size() && *next_start_ms() <= clock_.monotonic_ms()) {
    if (auto started = members_[started_++].client->start(); !started) return started;
  }
  return {};
}

std::optional<std::int64_t> Crew::next_start_ms() const {
  if (!ramp_began_ms_ || started_ == members_.size()) return std::nullopt;
  return *ramp_began_ms_ + static_cast<std::int64_t>(started_ * 1'000 / options_.ramp_up_per_s);
}

void Crew::say_goodbye(std::chrono::milliseconds patience) {
  for (Member& member : members_) {
    // A status that cannot be said is said by the will.
    if (member.client && member.client->ready())
      (void)member.client->publish(wire::status_topic(member.device), wire::status_offline, true);
  }
  close(patience);
}

void Crew::close(std::chrono::milliseconds patience) {
  const std::int64_t deadline_ms = clock_.monotonic_ms() + patience.count();
  for (Member& member : members_) {
    const std::int64_t left_ms = std::max<std::int64_t>(0, deadline_ms - clock_.monotonic_ms());
    if (member.client) member.client->close(std::chrono::milliseconds(left_ms));
  }
}

// ---- Turns

Result<void> Crew::take_what_came(std::chrono::milliseconds patience) {
  for (const InboxEvent& event : inbox_.take(patience)) {
    touch(event.connection);
    if (auto handled = handle(event); !handled) return handled;
  }
  return settle();
}

Result<void> Crew::handle(const InboxEvent& event) {
  Member& member = members_[event.connection];
  switch (event.kind) {
    case InboxEvent::Kind::ready:
      member.session->on_ready();
      (void)member.client->publish(wire::status_topic(member.device), wire::status_online, true);
      return {};
    case InboxEvent::Kind::lost:
      lost_reason_ = event.topic;
      member.session->on_lost();
      return {};
    case InboxEvent::Kind::message:
      return member.session->on_message(event.topic, event.payload);
  }
  return {};
}

Result<void> Crew::settle() {
  for (const std::size_t index : touched_) {
    if (auto settled = members_[index].session->settle(); !settled) return settled;
    account_for(members_[index]);
  }
  return store_.flush();
}

Result<void> Crew::tick() {
  if (auto ramped = ramp_up(); !ramped) return ramped;
  while (!timers_.empty() && timers_.begin()->first <= clock_.monotonic_ms()) {
    const std::size_t index = timers_.begin()->second;
    timers_.erase(timers_.begin());
    members_[index].timer_ms.reset();
    touch(index);
  }
  for (const std::size_t index : touched_) {
    Member& member = members_[index];
    if (auto ticked = member.session->tick(); !ticked) return ticked;
    member.is_touched = false;
    account_for(member);
    set_timer(index);
  }
  touched_.clear();
  return {};
}

std::optional<std::int64_t> Crew::next_tick_ms() const {
  std::optional<std::int64_t> next_ms = next_start_ms();
  if (!timers_.empty()) next_ms = std::min(next_ms.value_or(timers_.begin()->first), timers_.begin()->first);
  return next_ms;
}

void Crew::set_timer(std::size_t index) {
  Member& member = members_[index];
  const auto next_ms = member.session->next_tick_ms();
  if (next_ms == member.timer_ms) return;
  if (member.timer_ms) timers_.erase({*member.timer_ms, index});
  member.timer_ms = next_ms;
  if (next_ms) timers_.emplace(*next_ms, index);
}

void Crew::touch(std::size_t member) {
  if (members_[member].is_touched) return;
  members_[member].is_touched = true;
  touched_.push_back(member);
}

// ---- What waits

// A batch of an earlier life may be of a device that this one does not have: a session must speak for it all
// the same.
void Crew::offer(const SealedBatch& batch) {
  const auto found = member_of_.find(batch.device);
  const std::size_t index = found == member_of_.end() ? 0 : found->second;
  touch(index);
  members_[index].session->offer(batch);
  account_for(members_[index]);
}

void Crew::withdraw(const SealedBatch& batch) {
  const auto found = member_of_.find(batch.device);
  const std::size_t index = found == member_of_.end() ? 0 : found->second;
  touch(index);
  members_[index].session->withdraw(batch);
  account_for(members_[index]);
}

void Crew::account_for(Member& member) {
  outstanding_ = outstanding_ - member.outstanding + member.session->outstanding();
  outstanding_records_ =
      outstanding_records_ - member.outstanding_records + member.session->outstanding_records();
  --in_state_[static_cast<std::size_t>(member.state)];
  member.outstanding = member.session->outstanding();
  member.outstanding_records = member.session->outstanding_records();
  member.state = member.session->state();
  ++in_state_[static_cast<std::size_t>(member.state)];
}

SessionState Crew::state() const {
  for (const SessionState state : {SessionState::publishing, SessionState::waiting})
    if (in_state_[static_cast<std::size_t>(state)] > 0) return state;
  return SessionState::disconnected;
}

SessionCounts Crew::counts() const {
  SessionCounts sum;
  for (const Member& member : members_) {
    if (!member.session) continue;
    const SessionCounts& counts = member.session->counts();
    sum.acknowledged_batches += counts.acknowledged_batches;
    sum.acknowledged_records += counts.acknowledged_records;
    sum.published += counts.published;
    sum.retries += counts.retries;
    sum.refused += counts.refused;
    sum.unreadable += counts.unreadable;
    sum.unmatched += counts.unmatched;
    if (!counts.refusal.empty()) sum.refusal = counts.refusal;
  }
  return sum;
}

}  // namespace stedi::firmware
