// An mqtt::Client in memory: keeps what is published; the test says what arrives.
#pragma once

#include <string>
#include <vector>

#include "core/mqtt/client.hpp"

namespace stedi::firmware::test {

struct Published {
  std::string topic;
  std::string payload;
};

class MemoryTransport : public mqtt::Client {
 public:
  Result<void> start() override { return {}; }
  Result<void> publish(std::string_view topic, std::string_view payload, bool) override {
    if (published.size() >= capacity) return fail("the buffer is full");
    published.push_back({std::string(topic), std::string(payload)});
    return {};
  }
  std::size_t unconfirmed() const override { return 0; }
  bool ready() const override { return true; }
  void close(std::chrono::milliseconds) override {}

  std::size_t capacity = 1'000'000;
  std::vector<Published> published;
};

}  // namespace stedi::firmware::test
