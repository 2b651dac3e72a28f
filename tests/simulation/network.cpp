#include "tests/simulation/network.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "core/wire/topic.hpp"
#include "tests/simulation/trace.hpp"

namespace stedi::simulation {

namespace {

constexpr std::size_t most_flights = 200;  // a broker's queues are bounded
constexpr std::size_t farthest_overtaking = 8;
constexpr std::int64_t longest_delay_ms = 3'000;

Effect effect_of(std::string_view topic) {
  if (wire::parse_up_topic(topic)) return Effect::batch;
  return wire::parse_ack_topic(topic) ? Effect::ack : Effect::status;
}

}  // namespace

class Network::PeerClient final : public mqtt::Client {
 public:
  PeerClient(Network& network, Peer peer, Machine& machine, mqtt::Options options, mqtt::Handlers handlers)
      : network_(network),
        peer_(peer),
        machine_(machine),
        options_(std::move(options)),
        handlers_(std::move(handlers)) {
    network_.at(peer_) = {this, false, false};
  }
  ~PeerClient() override {
    if (network_.at(peer_).connected) network_.cut(peer_);
    network_.at(peer_) = {};
  }

  Result<void> start() override {
    network_.at(peer_).started = true;
    return {};
  }
  Result<void> publish(std::string_view topic, std::string_view payload, bool retain) override {
    if (!ready() || !machine_.effect(effect_of(topic))) return fail("not connected");
    network_.publish(topic, payload, retain);
    return {};
  }
  std::size_t unconfirmed() const override { return 0; }
  bool ready() const override { return network_.at(peer_).connected; }
  void close(std::chrono::milliseconds) override {
    network_.at(peer_).connected = false;
    network_.at(peer_).started = false;
    network_.drop_flights_to(peer_);
  }

  const mqtt::Options& options() const { return options_; }
  const mqtt::Handlers& handlers() const { return handlers_; }

 private:
  Network& network_;
  const Peer peer_;
  Machine& machine_;
  const mqtt::Options options_;
  const mqtt::Handlers handlers_;
};

std::unique_ptr<mqtt::Client> Network::make_client(Peer peer, Machine& machine, mqtt::Options options,
                                                   mqtt::Handlers handlers) {
  return std::make_unique<PeerClient>(*this, peer, machine, std::move(options), std::move(handlers));
}

void Network::connect(Peer peer) {
  Link& link = at(peer);
  if (link.client == nullptr || !link.started || link.connected) return;
  link.connected = true;
  link.client->handlers().on_ready();
  if (peer != Peer::device) return;
  const auto status = retained_.find(std::string(wire::gateway_status_topic));
  if (status != retained_.end()) send(Peer::device, status->first, status->second);
}

void Network::cut(Peer peer) {
  Link& link = at(peer);
  if (!link.connected) return;
  ++counts_.cuts;
  trace("cut:", peer == Peer::device ? "device" : "gateway");
  link.connected = false;
  drop_flights_to(peer);
  const std::optional<mqtt::Will> will = link.client->options().will;
  link.client->handlers().on_lost("the connection was cut");
  if (will) publish(will->topic, will->payload, true);
}

void Network::restart_broker(BrokerMemory memory) {
  ++counts_.restarts;
  const auto remembered = retained_;  // as it was: nobody is left to speak for those who are cut off
  for (const Peer peer : both_peers) cut(peer);
  flights_.clear();
  retained_.clear();
  if (memory == BrokerMemory::retained) retained_ = remembered;
}

void Network::publish(std::string_view topic, std::string_view payload, bool retain) {
  if (retain) retained_[std::string(topic)] = std::string(payload);
  if (wire::parse_up_topic(topic)) {
    send(Peer::gateway, topic, payload);
  } else if (topic == wire::gateway_status_topic || wire::parse_ack_topic(topic)) {
    send(Peer::device, topic, payload);
  }
}

void Network::send(Peer to, std::string_view topic, std::string_view payload) {
  if (!at(to).connected || flights_.size() >= most_flights) return;
  const bool is_status = effect_of(topic) == Effect::status;
  const bool is_late = !is_kind_ && !is_status && dice_.chance(10);
  const std::int64_t delay_ms = is_late ? dice_.between(1, longest_delay_ms) : 0;
  flights_.push_back({to, std::string(topic), std::string(payload), now_ms_ + delay_ms, is_status});
}

Network::Flights::iterator Network::first_status() {
  return std::find_if(flights_.begin(), flights_.end(),
                      [](const Flight& flight) { return flight.is_status; });
}

// Mostly the first that is due; now and then one behind it.
std::size_t Network::pick() {
  const auto is_due = [this](const Flight& flight) { return is_kind_ || flight.due_ms <= now_ms_; };
  const auto first = std::find_if(flights_.begin(), flights_.end(), is_due);
  if (first == flights_.end() || is_kind_ || !dice_.chance(25))
    return static_cast<std::size_t>(first - flights_.begin());
  const auto behind = static_cast<std::size_t>(flights_.end() - first);
  const auto overtaking =
      first + static_cast<std::ptrdiff_t>(dice_.below(std::min(behind, farthest_overtaking)));
  ++counts_.overtaken;
  return static_cast<std::size_t>((overtaking->is_status ? first_status() : overtaking) - flights_.begin());
}

bool Network::carry_one() {
  const std::size_t index = pick();
  if (index == flights_.size()) return false;
  const Flight flight = flights_[index];
  trace("carried:", flight.topic, flight.payload.substr(0, 300));
  const bool comes_again = !is_kind_ && dice_.chance(10);
  if (comes_again) {
    ++counts_.repeated;
  } else {
    flights_.erase(flights_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  if (!is_kind_ && !flight.is_status && dice_.chance(10)) {
    ++counts_.lost;
    trace("  and lost");
  } else if (at(flight.to).connected) {
    at(flight.to).client->handlers().on_message(flight.topic, flight.payload);
  }
  return true;
}

void Network::drop_flights_to(Peer peer) {
  std::erase_if(flights_, [peer](const Flight& flight) { return flight.to == peer; });
}

}  // namespace stedi::simulation
