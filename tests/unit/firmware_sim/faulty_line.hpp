// A bad line on a clock that is moved, with a broker in memory behind it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "core/wire/ack.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "firmware_sim/faults/faulty_client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::firmware {

inline const std::string device(32, 'a');
inline const std::string boot(32, 'b');

struct Passed {
  std::string topic;
  std::string payload;
};

// What lies behind the bad line: ready as soon as it is started.
struct Broker {
  std::vector<Passed> came;
  std::size_t connections = 0;
  mqtt::Handlers handlers;  // of the present connection
  std::size_t room = 1'000'000;
};

class BrokerClient final : public mqtt::Client {
 public:
  BrokerClient(Broker& broker, mqtt::Handlers handlers) : broker_(broker), handlers_(std::move(handlers)) {}
  Result<void> start() override {
    ++broker_.connections;
    broker_.handlers = handlers_;
    handlers_.on_ready();
    return {};
  }
  Result<void> publish(std::string_view topic, std::string_view payload, bool) override {
    if (broker_.came.size() >= broker_.room) return fail("the buffer is full");
    broker_.came.push_back({std::string(topic), std::string(payload)});
    return {};
  }
  std::size_t unconfirmed() const override { return 0; }
  bool ready() const override { return true; }
  void close(std::chrono::milliseconds) override {}

 private:
  Broker& broker_;
  mqtt::Handlers handlers_;
};

class FaultyLineTest : public ::testing::Test {
 protected:
  void SetUp() override { log_ = FaultLog::open(folder_ / "faults.ndjson").value(); }

  // A line with those faults, up.
  FaultyClient& line(const Faults& faults, const Network& network = {}) {
    FaultyLink link;
    link.faults = faults;
    link.network = network;
    link.random = CounterRandom(7);
    link.name = "0";
    mqtt::Options options;
    options.client_id = device;
    mqtt::Handlers handlers;
    handlers.on_ready = [this] { ++ready_; };
    handlers.on_lost = [this](std::string_view) { ++lost_; };
    handlers.on_message = [this](std::string_view, std::string_view payload) {
      heard_.emplace_back(payload);
    };
    client_ = std::make_unique<FaultyClient>(
        link, options, handlers,
        [this](mqtt::Options, mqtt::Handlers inner) -> Result<std::unique_ptr<mqtt::Client>> {
          return std::make_unique<BrokerClient>(broker_, std::move(inner));
        },
        clock_, *log_);
    EXPECT_TRUE(client_->start());
    return *client_;
  }
  static std::string payload(std::int64_t seq) {
    const std::vector<std::string> records = {R"({"user":"a@example.com","timestamp":1,"x":0,"y":0,"z":0})"};
    return wire::seal_envelope({boot, seq}, records);
  }
  Result<void> send(std::int64_t seq) {
    return client_->publish(wire::up_topic(device, Stream::accelerometer), payload(seq), false);
  }
  void acknowledge(std::int64_t seq) {
    wire::Ack ack;
    ack.boot = boot;
    ack.acked[Stream::accelerometer] = {{seq, seq}};
    broker_.handlers.on_message(wire::ack_topic(device), wire::encode_ack(ack));
  }
  void pass_ms(std::int64_t ms) {
    for (std::int64_t i = 0; i < ms; ++i) {
      clock_.advance_ms(1);
      ASSERT_TRUE(client_->drive());
    }
  }
  std::vector<std::int64_t> came() const {
    wire::PayloadDecoder decoder;
    std::vector<std::int64_t> seqs;
    for (const Passed& passed : broker_.came) {
      const auto decoded = decoder.decode(Stream::accelerometer, passed.payload);
      seqs.push_back(decoded.name ? decoded.name->seq : 0);
    }
    return seqs;
  }
  std::vector<nlohmann::json> faults() const {
    std::vector<nlohmann::json> lines;
    std::istringstream in(stedi::test::read_text(folder_ / "faults.ndjson"));
    for (std::string text; std::getline(in, text);) lines.push_back(nlohmann::json::parse(text));
    return lines;
  }

  stedi::test::TempDir folder_;
  ManualClock clock_{1'700'000'000'000};
  std::unique_ptr<FaultLog> log_;
  Broker broker_;
  std::unique_ptr<FaultyClient> client_;
  int ready_ = 0;
  int lost_ = 0;
  std::vector<std::string> heard_;
};

}  // namespace stedi::firmware
