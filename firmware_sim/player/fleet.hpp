// The connections of a fleet: which devices share one, a session each, when each has something to do. A turn
// costs what has happened, not how many connections there are.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/mqtt/client.hpp"
#include "firmware_sim/player/group_store.hpp"
#include "firmware_sim/player/inbox.hpp"
#include "firmware_sim/session/session.hpp"
#include "firmware_sim/spool/spool.hpp"

namespace stedi::firmware {

inline constexpr std::size_t max_connections = 100'000;
inline constexpr std::size_t max_ramp_up = 1'000'000;  // connections a second

using MakeClient = std::function<Result<std::unique_ptr<mqtt::Client>>(mqtt::Options, mqtt::Handlers)>;

struct FleetOptions {
  std::size_t connections = 1;      // 0: one for each device; more than devices are not made
  std::size_t ramp_up_per_s = 500;  // connections begun a second
};

// One thread. Everything it is given outlives it.
class Fleet {
 public:
  Fleet(const FleetOptions& options, const SessionLimits& limits, const Clock& clock, Spool& spool)
      : options_(options), limits_(limits), clock_(clock), store_(spool) {}

  // Devices by turns: the first to the first connection. `common`: what all connections share. Connects
  // nothing yet.
  Result<void> make_connections(const mqtt::Options& common, std::span<const std::string> device_ids,
                                std::uint64_t jitter_seed, const MakeClient& make_client);
  // Begins connecting, at the rate of the ramp-up; from then on turns do.
  Result<void> start();

  // Waits up to `patience` for something to come, and takes it up. What is acknowledged is deleted.
  Result<void> take_what_came(std::chrono::milliseconds patience);
  // Deletes what is acknowledged, as one transaction.
  Result<void> settle();
  // Publishes what is due, and goes on with the ramp-up.
  Result<void> tick();
  // When tick() has something to do without an event, on the monotonic clock; nullopt: nothing.
  std::optional<std::int64_t> next_tick_ms() const;

  void offer(const SealedBatch& batch);
  void drop(const SealedBatch& batch);

  bool idle() const { return outstanding_ == 0 && store_.is_empty(); }
  std::size_t outstanding() const { return outstanding_; }
  std::size_t outstanding_records() const { return outstanding_records_; }
  // The furthest that a connection has come.
  SessionState state() const;
  std::size_t connections() const { return connections_.size(); }
  std::size_t publishing() const { return in_state_[static_cast<std::size_t>(SessionState::publishing)]; }
  const std::string& lost_reason() const { return lost_reason_; }
  SessionCounts counts() const;  // of all sessions together
  std::size_t dropped_acks() const { return inbox_.dropped(); }

  // Says that they are offline and disconnects them all, within about `patience`.
  void say_goodbye(std::chrono::milliseconds patience);

 private:
  struct Connection {
    std::string device;  // the first of its devices: its will and its client id
    std::unique_ptr<mqtt::Client> client;
    std::unique_ptr<Session> session;
    std::optional<std::int64_t> timer_ms;
    bool is_active = false;
    // As the sums know it.
    std::size_t outstanding = 0;
    std::size_t outstanding_records = 0;
    SessionState state = SessionState::disconnected;
  };

  Result<void> make_connection(std::size_t index, const mqtt::Options& common,
                               std::span<const std::string> device_ids, std::uint64_t jitter_seed,
                               const MakeClient& make_client);
  Result<void> handle(const InboxEvent& event);
  Result<void> ramp_up();
  std::optional<std::int64_t> next_start_ms() const;
  void activate(std::size_t index);
  void account_for(Connection& connection);
  void set_timer(std::size_t index);
  void close(std::chrono::milliseconds patience);

  const FleetOptions options_;
  const SessionLimits limits_;
  const Clock& clock_;
  GroupStore store_;
  Inbox inbox_;
  std::vector<Connection> connections_;
  std::map<std::string, std::uint32_t, std::less<>> connection_of_;  // by device id
  std::vector<std::size_t> active_;  // those with something to do in this turn
  std::set<std::pair<std::int64_t, std::size_t>> timers_;
  std::size_t started_ = 0;
  std::optional<std::int64_t> ramp_began_ms_;
  std::size_t outstanding_ = 0;
  std::size_t outstanding_records_ = 0;
  std::array<std::size_t, 3> in_state_{};
  std::string lost_reason_;
};

}  // namespace stedi::firmware
