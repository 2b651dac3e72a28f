#include "firmware_sim/player/fleet.hpp"

#include <algorithm>

#include "core/wire/topic.hpp"

namespace stedi::firmware {

// ---- Its connections

Result<void> Fleet::make_connections(const mqtt::Options& common, std::span<const std::string> device_ids,
                                     std::uint64_t jitter_seed, const MakeClient& make_client) {
  const std::size_t most = options_.connections == 0 ? device_ids.size() : options_.connections;
  connections_.resize(std::min(most, device_ids.size()));
  in_state_[static_cast<std::size_t>(SessionState::disconnected)] = connections_.size();
  for (std::size_t device = 0; device < device_ids.size(); ++device)
    connection_of_.emplace(device_ids[device], static_cast<std::uint32_t>(device % connections_.size()));
  for (std::size_t index = 0; index < connections_.size(); ++index) {
    TRY(make_connection(index, common, device_ids, jitter_seed, make_client));
  }
  return {};
}

Result<void> Fleet::make_connection(std::size_t index, const mqtt::Options& common,
                                    std::span<const std::string> device_ids, std::uint64_t jitter_seed,
                                    const MakeClient& make_client) {
  Connection& connection = connections_[index];
  connection.device = device_ids[index];
  mqtt::Options options = common;
  // A new connection under the same name ends the old one, so that an old will cannot call us offline
  // afterwards.
  options.client_id = connection.device;
  options.subscriptions.emplace_back(wire::gateway_status_topic);
  for (std::size_t device = index; device < device_ids.size(); device += connections_.size())
    options.subscriptions.push_back(wire::ack_topic(device_ids[device]));
  options.will = mqtt::Will{wire::status_topic(connection.device), std::string(wire::status_offline)};
  connection.client = TRY(make_client(std::move(options), inbox_.handlers(index)));
  connection.session =
      std::make_unique<Session>(limits_, clock_, *connection.client, store_, jitter_seed + index);
  return {};
}

// ---- Connecting

Result<void> Fleet::start() {
  ramp_began_ms_ = clock_.monotonic_ms();
  return ramp_up();
}

Result<void> Fleet::ramp_up() {
  while (started_ < connections_.size() && *next_start_ms() <= clock_.monotonic_ms()) {
    TRY(connections_[started_++].client->start());
  }
  return {};
}

std::optional<std::int64_t> Fleet::next_start_ms() const {
  if (!ramp_began_ms_ || started_ == connections_.size()) return std::nullopt;
  return *ramp_began_ms_ + static_cast<std::int64_t>(started_ * 1'000 / options_.ramp_up_per_s);
}

void Fleet::say_goodbye(std::chrono::milliseconds patience) {
  for (Connection& connection : connections_) {
    // A status that cannot be said is said by the will.
    if (connection.client && connection.client->ready())
      (void)connection.client->publish(wire::status_topic(connection.device), wire::status_offline, true);
  }
  close(patience);
}

void Fleet::close(std::chrono::milliseconds patience) {
  const std::int64_t deadline_ms = clock_.monotonic_ms() + patience.count();
  for (Connection& connection : connections_) {
    const std::int64_t left_ms = std::max<std::int64_t>(0, deadline_ms - clock_.monotonic_ms());
    if (connection.client) connection.client->close(std::chrono::milliseconds(left_ms));
  }
}

// ---- Turns

Result<void> Fleet::take_what_came(std::chrono::milliseconds patience) {
  for (const InboxEvent& event : inbox_.take(patience)) {
    activate(event.connection);
    TRY(handle(event));
  }
  return settle();
}

Result<void> Fleet::handle(const InboxEvent& event) {
  Connection& connection = connections_[event.connection];
  switch (event.kind) {
    case InboxEvent::Kind::ready:
      connection.session->on_ready();
      (void)connection.client->publish(wire::status_topic(connection.device), wire::status_online, true);
      return {};
    case InboxEvent::Kind::lost:
      lost_reason_ = event.topic;
      connection.session->on_lost();
      return {};
    case InboxEvent::Kind::message:
      return connection.session->on_message(event.topic, event.payload);
  }
  return {};
}

Result<void> Fleet::settle() {
  for (const std::size_t index : active_) {
    TRY(connections_[index].session->settle());
    account_for(connections_[index]);
  }
  return store_.flush();
}

Result<void> Fleet::tick() {
  TRY(ramp_up());
  while (!timers_.empty() && timers_.begin()->first <= clock_.monotonic_ms()) {
    const std::size_t index = timers_.begin()->second;
    timers_.erase(timers_.begin());
    connections_[index].timer_ms.reset();
    activate(index);
  }
  for (const std::size_t index : active_) {
    Connection& connection = connections_[index];
    TRY(connection.session->tick());
    connection.is_active = false;
    account_for(connection);
    set_timer(index);
  }
  active_.clear();
  return {};
}

std::optional<std::int64_t> Fleet::next_tick_ms() const {
  std::optional<std::int64_t> next_ms = next_start_ms();
  if (!timers_.empty()) next_ms = std::min(next_ms.value_or(timers_.begin()->first), timers_.begin()->first);
  return next_ms;
}

void Fleet::set_timer(std::size_t index) {
  Connection& connection = connections_[index];
  const auto next_ms = connection.session->next_tick_ms();
  if (next_ms == connection.timer_ms) return;
  if (connection.timer_ms) timers_.erase({*connection.timer_ms, index});
  connection.timer_ms = next_ms;
  if (next_ms) timers_.emplace(*next_ms, index);
}

void Fleet::activate(std::size_t index) {
  if (connections_[index].is_active) return;
  connections_[index].is_active = true;
  active_.push_back(index);
}

// ---- What waits

// A batch of an earlier life may be of a device that this one does not have: a session must speak for it all
// the same.
void Fleet::offer(const SealedBatch& batch) {
  const auto found = connection_of_.find(batch.device);
  const std::size_t index = found == connection_of_.end() ? 0 : found->second;
  activate(index);
  connections_[index].session->offer(batch);
  account_for(connections_[index]);
}

void Fleet::drop(const SealedBatch& batch) {
  const auto found = connection_of_.find(batch.device);
  const std::size_t index = found == connection_of_.end() ? 0 : found->second;
  activate(index);
  connections_[index].session->drop(batch);
  account_for(connections_[index]);
}

void Fleet::account_for(Connection& connection) {
  outstanding_ = outstanding_ - connection.outstanding + connection.session->outstanding();
  outstanding_records_ =
      outstanding_records_ - connection.outstanding_records + connection.session->outstanding_records();
  --in_state_[static_cast<std::size_t>(connection.state)];
  connection.outstanding = connection.session->outstanding();
  connection.outstanding_records = connection.session->outstanding_records();
  connection.state = connection.session->state();
  ++in_state_[static_cast<std::size_t>(connection.state)];
}

SessionState Fleet::state() const {
  for (const SessionState state : {SessionState::publishing, SessionState::waiting})
    if (in_state_[static_cast<std::size_t>(state)] > 0) return state;
  return SessionState::disconnected;
}

SessionCounts Fleet::counts() const {
  SessionCounts sum;
  for (const Connection& connection : connections_) {
    if (!connection.session) continue;
    const SessionCounts& counts = connection.session->counts();
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
