// A broker and the network around it, in memory: it may lose, repeat, reorder and delay what it carries, cut
// connections and forget everything. Like the real one it confirms what it will not keep. It grants what MQTT
// does: while a connection lasts, the messages of a status topic arrive, in their order.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/mqtt/client.hpp"
#include "tests/simulation/machine.hpp"
#include "tests/simulation/random.hpp"

namespace stedi::simulation {

enum class Peer { device, gateway };
inline constexpr std::array both_peers = {Peer::device, Peer::gateway};

// What a broker still knows after its restart.
enum class BrokerMemory { none, retained };

class Network {
 public:
  explicit Network(Dice& dice) : dice_(dice) {}

  // For the process of `peer` on `machine`, which outlive the client. One client a peer at a time.
  std::unique_ptr<mqtt::Client> make_client(Peer peer, Machine& machine, mqtt::Options options,
                                            mqtt::Handlers handlers);

  // A peer that has started gets its connection.
  void connect(Peer peer);
  // Its connection breaks; the broker says so in its name.
  void cut(Peer peer);
  void restart_broker(BrokerMemory memory);
  bool is_connected(Peer peer) const { return at(peer).connected; }

  // Carries one message that is due, or fails to; false when nothing is.
  bool carry_one();
  // From now on it loses, repeats and holds back nothing.
  void heal() { is_kind_ = true; }
  void advance_ms(std::int64_t ms) { now_ms_ += ms; }
  bool is_empty() const { return flights_.empty(); }

  struct Counts {
    std::size_t lost = 0, repeated = 0, overtaken = 0, cuts = 0, restarts = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  class PeerClient;
  struct Link {
    PeerClient* client = nullptr;
    bool started = false;
    bool connected = false;
  };
  struct Flight {
    Peer to;
    std::string topic;
    std::string payload;
    std::int64_t due_ms;
    bool is_status;
  };

  using Flights = std::vector<Flight>;

  Link& at(Peer peer) { return links_[static_cast<std::size_t>(peer)]; }
  const Link& at(Peer peer) const { return links_[static_cast<std::size_t>(peer)]; }
  void publish(std::string_view topic, std::string_view payload, bool retain);
  void send(Peer to, std::string_view topic, std::string_view payload);
  std::size_t pick();
  Flights::iterator first_status();
  void drop_flights_to(Peer peer);

  Dice& dice_;
  std::array<Link, both_peers.size()> links_;
  Flights flights_;
  std::map<std::string, std::string> retained_;
  std::int64_t now_ms_ = 0;
  bool is_kind_ = false;
  Counts counts_;
};

}  // namespace stedi::simulation
