// The laws of the device's session, on random schedules of a network that drops, repeats and reorders, with a
// gateway that refuses some batches, and comes and goes as the connection does. A failing schedule prints its
// seed; STEDI_SEED=N runs that one alone.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "core/wire/topic.hpp"
#include "firmware_sim/session/session.hpp"

namespace stedi::firmware {
namespace {

constexpr std::uint64_t schedules = 10'000;
constexpr int chaos_steps = 80;
constexpr int most_healing_rounds = 100;
constexpr SessionLimits session_limits{5, 600, default_ack_retry, 20};

using StreamName = std::tuple<std::string, std::string, Stream>;

struct UpMessage {
  BatchId id;
};
struct DownMessage {
  std::string topic;
  std::string payload;
  std::vector<BatchId> named;    // by an ack
  std::vector<BatchId> refused;  // by an ack that says which
};

// The device's surroundings. Judges what the session does with them.
class World final : public mqtt::Client, public BatchStore {
 public:
  explicit World(std::uint64_t seed) : random_(seed), session_(session_limits, clock_, *this, *this, seed) {}

  void run() {
    for (int step = 0; step < chaos_steps && !failed(); ++step) take_a_step();
    heal();
  }
  const std::string& complaint() const { return complaint_; }

 private:
  // ---- What the session sees: the transport and the store.

  Result<void> start() override { return {}; }
  std::size_t unconfirmed() const override { return 0; }
  bool ready() const override { return connected_; }
  void close(std::chrono::milliseconds) override {}

  Result<void> publish(std::string_view topic, std::string_view payload, bool) override {
    if (!connected_) complain("published without a connection");
    if (!told_online_) complain("published while no gateway was known to listen");
    if (up_.size() >= capacity_) return fail("the buffer is full");
    const BatchId id = std::stoll(std::string(payload));
    const SealedBatch& batch = sealed_.at(id);
    if (topic != wire::up_topic(batch.device, batch.stream)) complain("published on another stream's topic");
    if (first_sent_.insert(id).second) {
      std::int64_t& last_seq = last_first_sent_[name_of(batch)];
      if (batch.seq <= last_seq) complain("first transmissions of a stream out of order");
      last_seq = batch.seq;
    }
    in_flight_.insert(id);
    check_window();
    up_.push_back({id});
    return {};
  }

  Result<std::string> payload(BatchId id) override {
    if (!in_spool_.contains(id)) complain("asked for a batch that has left the spool");
    return std::to_string(id);
  }

  Result<void> remove(std::span<const BatchId> ids) override {
    for (const BatchId id : ids) {
      if (!named_.contains(id)) complain("deleted before an ack named it");
      if (in_spool_.erase(id) == 0 && !dropped_.contains(id)) complain("deleted twice");
    }
    return {};
  }

  Result<void> set_apart(BatchId id, std::string_view) override {
    if (!refused_.contains(id)) complain("set apart without a refusal");
    if (in_spool_.erase(id) == 0) complain("set apart what has left the spool");
    apart_.insert(id);
    return {};
  }

  // ---- Judgement

  void complain(const std::string& what) {
    if (complaint_.empty()) complaint_ = what;
  }
  bool failed() const { return !complaint_.empty(); }

  void check_window() {
    std::size_t bytes = 0;
    std::size_t batches = 0;
    std::set<StreamName> first_gaps;  // one a stream does not wait for the window
    for (const BatchId id : in_flight_) {
      const SealedBatch& batch = sealed_.at(id);
      if (batch.stream == Stream::gap && first_gaps.insert(name_of(batch)).second) continue;
      ++batches;
      bytes += batch.bytes;
    }
    if (batches > session_limits.window_batches) complain("more batches in flight than the window");
    if (batches > 1 && bytes > session_limits.window_bytes) complain("more bytes in flight than the window");
  }

  // ---- Chaos

  bool chance(unsigned percent) { return random_() % 100 < percent; }

  void take_a_step() {
    switch (random_() % 12) {
      case 0:
      case 1:
        return offer();
      case 2:
      case 3:
        return carry_up();
      case 4:
        return commit_and_ack();
      case 5:
      case 6:
        return carry_down();
      case 7:
        return clock_.advance_ms(static_cast<std::int64_t>(random_() % 6'000));
      case 8:
        return chance(50) ? change_connection() : change_gateway();
      case 9:
        capacity_ = chance(30) ? up_.size() + random_() % 3 : 1'000;
        return;
      case 10:
        return chance(30) ? drop() : tick();
      default:
        return tick();
    }
  }

  static StreamName name_of(const SealedBatch& batch) { return {batch.device, batch.boot, batch.stream}; }

  void offer() {
    SealedBatch batch;
    batch.id = ++last_id_;
    batch.device = chance(50) ? "d1" : "d2";
    batch.boot = sealed_.size() < 5 ? "earlier" : "now";
    batch.stream = chance(70) ? Stream::accelerometer : Stream::gap;
    batch.seq = ++last_seq_[name_of(batch)];
    batch.records = 10;
    batch.bytes = 50 + random_() % 200 + (chance(3) ? session_limits.window_bytes : 0);
    if (chance(5)) refusable_.insert(batch.id);
    sealed_.emplace(batch.id, batch);
    in_spool_.insert(batch.id);
    session_.offer(batch);
  }

  // The spool overflows: its oldest batch goes. A player settles first.
  void drop() {
    expect(session_.settle());
    if (in_spool_.empty()) return;
    const BatchId id = *in_spool_.begin();
    in_spool_.erase(in_spool_.begin());
    dropped_.insert(id);
    in_flight_.erase(id);
    session_.drop(sealed_.at(id));
  }

  void expect(const Result<void>& done) {
    if (!done) complain(done.error().message);
  }
  void tick() { expect(session_.tick()); }

  // One message of a queue: any, sometimes lost, sometimes left there to come again.
  template <typename Message>
  std::optional<Message> pick(std::vector<Message>& queue) {
    if (queue.empty()) return std::nullopt;
    const std::size_t index = chance(60) ? 0 : random_() % queue.size();
    Message message = queue[index];
    if (!chance(15)) queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(index));
    if (chance(15)) return std::nullopt;
    return message;
  }

  void carry_up() {
    const auto message = pick(up_);
    if (message && gateway_online_) received_.insert(message->id);
  }

  struct Answer {
    wire::Ack ack;
    std::vector<BatchId> named;
    std::vector<BatchId> refused;
  };

  void commit_and_ack() {
    if (!gateway_online_) return;
    std::map<std::pair<std::string, std::string>, Answer> answers;
    for (const BatchId id : received_) {
      const SealedBatch& batch = sealed_.at(id);
      Answer& answer = answers[{batch.device, batch.boot}];
      answer.ack.boot = batch.boot;
      if (refusable_.contains(id)) {
        refuse(batch, answer);
      } else {
        answer.ack.acked[batch.stream].push_back({batch.seq, batch.seq});
        answer.named.push_back(id);
      }
    }
    received_.clear();
    for (const auto& [name, answer] : answers) {
      down_.push_back(
          {wire::ack_topic(name.first), wire::encode_ack(answer.ack), answer.named, answer.refused});
    }
  }

  // What a gateway could not read, a refusal does not say: then it tells the device nothing.
  void refuse(const SealedBatch& batch, Answer& answer) {
    const bool is_readable = is_healing_ || chance(80);
    wire::RefusedBatch refused{batch.stream, std::nullopt, "bad_envelope"};
    if (is_readable) refused.seq = batch.seq;
    if (is_readable) answer.refused.push_back(batch.id);
    answer.ack.refused.push_back(refused);
  }

  void carry_down() {
    const auto message = pick(down_);
    if (!message || !connected_) return;
    hear(*message);
  }

  void hear(const DownMessage& message) {
    if (message.topic == wire::gateway_status_topic) told_online_ = message.payload == wire::status_online;
    for (const BatchId id : message.named) {
      if (!dropped_.contains(id)) named_.insert(id);
      in_flight_.erase(id);
    }
    for (const BatchId id : message.refused) {
      refused_.insert(id);
      in_flight_.erase(id);
    }
    expect(session_.on_message(message.topic, message.payload));
  }

  void announce() {
    const auto status = gateway_online_ ? wire::status_online : wire::status_offline;
    down_.push_back({std::string(wire::gateway_status_topic), std::string(status), {}, {}});
  }

  void change_connection() {
    connected_ = !connected_;
    if (connected_) {
      session_.on_ready();
      announce();
      return;
    }
    up_.clear();
    down_.clear();
    told_online_ = false;
    session_.on_lost();
  }

  // Killed, a gateway forgets what it has received and not committed.
  void change_gateway() {
    gateway_online_ = !gateway_online_;
    received_.clear();
    if (connected_) announce();
  }

  // ---- From here on everything works: all must be acknowledged, and deleted, in a bounded number of rounds.

  void heal() {
    if (!connected_) change_connection();
    gateway_online_ = true;
    is_healing_ = true;
    capacity_ = 1'000;
    announce();
    for (int round = 0; round < most_healing_rounds && !failed(); ++round) {
      for (const DownMessage& message : std::exchange(down_, {})) hear(message);
      tick();
      if (session_.idle()) break;
      for (const UpMessage& message : std::exchange(up_, {})) received_.insert(message.id);
      commit_and_ack();
      if (up_.empty() && down_.empty()) clock_.advance_ms(session_limits.retry.most_ms * 2);
    }
    if (!session_.idle()) complain("not everything is acknowledged although everything works");
    if (!in_spool_.empty()) complain("the spool is not empty at the end");
    for (const BatchId id : refusable_)
      if (!apart_.contains(id) && !dropped_.contains(id)) complain("a refused batch is not set apart");
    if (session_.counts().refused != apart_.size()) complain("miscounted what was refused");
    if (session_.outstanding() != 0 || session_.outstanding_records() != 0) complain("miscounted");
  }

  std::mt19937_64 random_;
  ManualClock clock_{1'700'000'000'000};
  Session session_;
  bool connected_ = false;
  bool gateway_online_ = false;
  bool is_healing_ = false;
  bool told_online_ = false;  // as the session was told last
  std::size_t capacity_ = 1'000;
  BatchId last_id_ = 0;
  std::map<StreamName, std::int64_t> last_seq_;
  std::map<BatchId, SealedBatch> sealed_;
  std::set<BatchId> in_spool_;
  std::set<BatchId> dropped_;
  std::set<BatchId> named_;      // by an ack that the session has heard
  std::set<BatchId> refusable_;  // what the gateway never lands
  std::set<BatchId> refused_;    // and has said so, as the session has heard
  std::set<BatchId> apart_;      // as the session asked
  std::set<BatchId> in_flight_;  // published, not named since
  std::set<BatchId> first_sent_;
  std::map<StreamName, std::int64_t> last_first_sent_;
  std::vector<UpMessage> up_;
  std::vector<DownMessage> down_;
  std::set<BatchId> received_;  // by the gateway, not committed
  std::string complaint_;
};

std::string run_schedule(std::uint64_t seed) {
  World world(seed);
  world.run();
  return world.complaint();
}

TEST(SessionProperty, EveryAcceptedBatchIsAcknowledgedOrRefusedOnceInOrderAndWithinTheWindow) {
  if (const char* seed = std::getenv("STEDI_SEED")) {
    EXPECT_EQ(run_schedule(std::strtoull(seed, nullptr, 10)), "") << "seed " << seed;
    return;
  }
  for (std::uint64_t seed = 1; seed <= schedules; ++seed)
    ASSERT_EQ(run_schedule(seed), "") << "reproduce with STEDI_SEED=" << seed;
}

}  // namespace
}  // namespace stedi::firmware
