// Many MQTT connections on one thread: mqtt::Client on Eclipse Mosquitto's client library, whose connections
// are driven from outside by what a single epoll reports. For fleets; a program with one connection needs
// only paho_client.hpp. The only place, with its source files, that knows libmosquitto.
#pragma once

#include <memory>

#include "core/mqtt/client.hpp"

namespace stedi::mqtt {

class Reactor;

// Thread-safe. Outlives the clients it made.
class ConnectionPool {
 public:
  ConnectionPool();
  ~ConnectionPool();
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  // As make_paho_client(): fails (usage) when the broker URL is none of tcp, mqtt, ssl, mqtts or a TLS file
  // cannot be read. All handlers of all clients run on the pool's one thread.
  Result<std::unique_ptr<Client>> make_client(Options options, Handlers handlers);

 private:
  std::unique_ptr<Reactor> reactor_;
};

}  // namespace stedi::mqtt
