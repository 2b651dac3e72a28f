// An MQTT connection that keeps itself up. Implemented on Paho (paho_client.hpp), on Mosquitto's library for
// many connections in one thread (connection_pool.hpp), and by tests in memory.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace stedi::mqtt {

struct Will {
  std::string topic;
  std::string payload;  // published retained, QoS 1, when the connection is lost
};

struct Options {
  std::string broker_url;  // see broker_url.hpp; credentials there give way to those below
  std::string client_id;   // empty: the broker picks one
  std::string username;
  std::string password;
  std::string ca_file;    // TLS: whom to trust; empty: the system's
  std::string cert_file;  // TLS: client certificate and key
  std::string key_file;
  std::vector<std::string> subscriptions;  // QoS 1, subscribed anew on every connect
  std::optional<Will> will;
  std::chrono::milliseconds reconnect_min{100};  // back-off between attempts, the first connect included
  std::chrono::milliseconds reconnect_max{10'000};
  std::chrono::seconds keep_alive{15};
  int max_buffered_messages = 1000;  // publishes waiting for the broker; above it publish() fails
};

// Copy, enqueue, return: while on_message runs, every MQTT client of the process stands still. Views end with
// the call. Messages come one at a time on one thread; on_ready and on_lost alternate on another, so that one
// of them may overlap with a message. A handler may publish; it must not close or destroy its client.
struct Handlers {
  std::function<void(std::string_view topic, std::string_view payload)> on_message;
  // A message that the broker had retained and sends because we subscribed; without this handler it goes to
  // on_message.
  std::function<void(std::string_view topic, std::string_view payload)> on_retained;
  std::function<void()> on_ready;  // connected and every subscription confirmed
  std::function<void(std::string_view reason)>
      on_lost;  // or the first attempt failed; until the next on_ready
};

// Thread-safe, except that close() and destruction are the owner's. The session is always a clean one: what
// the broker held for a client that was away is nobody's promise, ours is the application's own
// acknowledgement.
class Client {
 public:
  virtual ~Client() = default;
  // Starts connecting and returns; it goes on for ever, with jittered back-off, until close().
  virtual Result<void> start() = 0;
  // QoS 1, never blocks for the network. Fails when not ready or when the buffer is full. What is unconfirmed
  // when the connection is lost is forgotten.
  virtual Result<void> publish(std::string_view topic, std::string_view payload, bool retain) = 0;
  // Publishes handed over that the broker has not confirmed yet.
  virtual std::size_t unconfirmed() const = 0;
  virtual bool ready() const = 0;
  // Waits for unconfirmed publishes, then disconnects, both within `patience`. No handler runs after it
  // returns.
  virtual void close(std::chrono::milliseconds patience) = 0;
};

}  // namespace stedi::mqtt
