// Several devices that publish sealed batches as fast as they may.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/mqtt/client.hpp"

namespace stedi::bench {

struct Load {
  std::size_t publishers = 8;
  std::size_t messages = 0;  // of each publisher
  std::size_t readings_per_message = 0;
  std::size_t readings() const { return publishers * messages * readings_per_message; }
};

// What a publisher may send before it hears of it: a number of messages and their bytes, so that the
// gateway's queue is never over its limits.
struct Window {
  std::size_t messages = 200;
  std::size_t bytes = 768 * 1024;
};

enum class Until {
  published,     // the broker has confirmed every message
  acknowledged,  // the gateway has: it is on disk
};

using Instant = std::chrono::steady_clock::time_point;

class Publishers {
 public:
  // Makes the payloads and connects. Throws when the broker is not there.
  Publishers(const std::string& broker_url, const Load& load);
  ~Publishers();

  struct Times {
    Instant first_publish;
    Instant done;
  };
  Times publish_all(Until until);
  std::size_t resends() const { return resends_; }

 private:
  struct Device;
  bool pump(Device& device, Until until);
  bool done(const Device& device, Until until) const;
  void resend_from_prefix();
  std::size_t acknowledged() const;

  std::vector<std::unique_ptr<Device>> devices_;
  Window window_;
  mutable std::mutex mutex_;  // guards every device's prefix
  std::condition_variable heard_;
  std::size_t resends_ = 0;
};

}  // namespace stedi::bench
