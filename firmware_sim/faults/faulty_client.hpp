// A bad network between a device's firmware and its transport: an mqtt::Client around another one, which
// loses, repeats, overtakes, delays, damages and holds back what passes, in both directions, and loses
// connections. Every fault that strikes stands in the fault log.
//
// Only the protocol's own messages are struck one by one: batches up, acks down. What passes is what a real
// network delivers: damage always shows (way.hpp), because TCP's and TLS' checksums
// let nothing else through, and the protocol's messages have no digest of their own.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/mqtt/client.hpp"
#include "firmware_sim/faults/fault_log.hpp"
#include "firmware_sim/faults/way.hpp"
#include "firmware_sim/player/fleet.hpp"

namespace stedi::firmware {

// publish(), drive() and the timed faults belong to one thread; what the inner client's handlers bring comes
// on its own. No lock is held while another object is called.
class FaultyClient final : public mqtt::Client {
 public:
  FaultyClient(FaultyLink link, mqtt::Options options, mqtt::Handlers handlers, MakeClient make_client,
               const Clock& clock, FaultLog& log);
  ~FaultyClient() override;

  Result<void> start() override;
  Result<void> publish(std::string_view topic, std::string_view payload, bool retain) override;
  std::size_t unconfirmed() const override;
  bool ready() const override;
  void close(std::chrono::milliseconds patience) override;

  // Passes on what is due, ends what is over. Fails when a new connection cannot be made at all.
  Result<void> drive();
  // When drive() has something to do next, on the monotonic clock; nullopt: nothing yet.
  std::optional<std::int64_t> next_ms() const;

  // Timed faults; each lasts so long on our clock.
  void flap(std::int64_t lasts_ms, std::int64_t data_ms);
  void go_half_open(std::int64_t lasts_ms, std::int64_t data_ms);
  void narrow(std::int64_t lasts_ms, std::int64_t data_ms);
  bool is_struck() const;  // by one of them, now

 private:
  mqtt::Handlers inner_handlers();
  void on_message(std::string_view topic, std::string_view payload);
  void on_inner_ready();
  void on_inner_lost(std::string_view reason);
  // With the lock: what becomes of a message, and what is to be passed on at once is left to drive().
  void take_in(Way& way, LineMessage message);
  void damage(Way& way, const LineMessage& message);
  void note(std::string_view kind, const LineMessage& message, const std::string& digest = {});
  void note_timed(std::string_view kind, std::int64_t lasts_ms, std::int64_t data_ms);
  void add_line(FaultLine line);
  void lose_what_is_on_its_way(std::string_view kind);
  bool line_lets_through(const LineMessage& message);

  struct Due;
  Due take_due();
  void pass_up(std::vector<LineMessage> due);
  Result<void> connect_anew();
  void hang_up();
  void tell_lost(std::string_view reason);

  const FaultyLink link_;
  const mqtt::Options options_;
  const mqtt::Handlers handlers_;
  const MakeClient make_client_;
  const Clock& clock_;
  FaultLog& log_;
  const std::string device_;  // the connection's first

  mutable std::mutex mutex_;  // of these
  Way up_;
  Way down_;
  bool told_ready_ = false;
  std::optional<std::int64_t> down_until_ms_;  // flapping
  std::optional<std::int64_t> half_open_until_ms_;
  std::optional<std::int64_t> narrow_until_ms_;
  double line_free_at_ms_ = 0;  // of a narrow line: when the last message is through
  std::uint64_t struck_ = 0;    // fault ids

  std::unique_ptr<mqtt::Client> inner_;  // the owner's thread; nullptr while the connection is down
  bool is_closed_ = false;
};

}  // namespace stedi::firmware
