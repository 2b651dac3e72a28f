// One direction of a bad line: which fault strikes the next message, and what is on its way.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "firmware_sim/faults/line_message.hpp"
#include "firmware_sim/people/strikes.hpp"
#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

// On its way in a direction; more and publish() fails, as with a full buffer of the transport.
inline constexpr std::size_t max_held_messages = 1'000;
// A message that is overtaken goes out after so long even if nothing overtakes it; at speed 1.
inline constexpr std::int64_t reorder_patience_ms = 1'000;
// Written over one byte of a damaged message: in no UTF-8 text. Among the first bytes of an envelope or an
// ack, where it spoils all of it and nobody can read a name: of damage within a record the neighbours would
// land.
inline constexpr char damaged_byte = '\xff';
inline constexpr std::size_t damaged_front_bytes = 5;

struct FaultyLink {
  Faults faults;
  Network network;
  double time_scale = 1;  // the data's clock to ours: all delays are divided by it
  CounterRandom random{0};
  std::string name;  // of the connection, in fault ids: unique in a life
};

// All times are our monotonic clock's. Not thread-safe.
class Way {
 public:
  enum class Struck { no, drop, corrupt, duplicate, reorder, delay };

  // The link outlives it.
  Way(const FaultyLink& link, CounterRandom random);

  // One fault a message, and the same draws whatever the others say.
  Struck strike();
  void damage(std::string& payload);

  // It goes on after the line's latency. Those without `extra_ms` keep their order.
  void hold(LineMessage message, std::int64_t now_ms, std::int64_t extra_ms = 0);
  void delay(LineMessage message, std::int64_t now_ms);
  // It goes on after the next ones.
  void let_overtake(LineMessage message, std::int64_t now_ms);
  void try_again(LineMessage message, std::int64_t when_ms) { held_.emplace(when_ms, std::move(message)); }

  // What goes on now; `lets_through` is asked of each that keeps its place.
  std::vector<LineMessage> take_due(std::int64_t now_ms,
                                    const std::function<bool(const LineMessage&)>& lets_through);
  // All that is on its way: nothing is, then.
  std::vector<LineMessage> take_all();

  std::size_t size() const { return held_.size() + overtaken_.size(); }
  bool is_full() const { return held_.size() >= max_held_messages; }
  // When take_due() has something to look at, when the line takes nothing before `free_ms`.
  std::optional<std::int64_t> next_ms(std::int64_t free_ms) const;

 private:
  struct Overtaken {
    LineMessage message;
    std::int64_t by;           // messages that go before it
    std::int64_t deadline_ms;  // or this
  };
  // Moves those of the overtaken that are to go on to `due`.
  template <typename GoesOn>
  void take_overtaken(GoesOn goes_on, std::vector<LineMessage>& due);
  std::int64_t scaled_ms(std::int64_t ms) const;

  const FaultyLink& link_;
  Strikes drop_;
  Strikes corrupt_;
  Strikes duplicate_;
  Strikes reorder_;
  Strikes delay_;
  CounterRandom random_;
  std::multimap<std::int64_t, LineMessage> held_;  // by when it goes on
  std::vector<Overtaken> overtaken_;
  std::int64_t latest_ms_ = 0;  // of those that keep their order
};

}  // namespace stedi::firmware
