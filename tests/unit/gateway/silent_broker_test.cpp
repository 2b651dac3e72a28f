// A broker that is connected and does nothing (stopped, swapped out, behind a dead link) holds up neither
// what has come nor the end.
#include <gtest/gtest.h>

#include <csignal>
#include <mutex>
#include <set>

#include "core/mqtt/paho_client.hpp"
#include "tests/unit/gateway/gateway_program.hpp"

namespace stedi::gateway {
namespace {

using test::wait_until;

constexpr int batches = 120;
constexpr int max_unconfirmed_acks = 4;
constexpr std::chrono::seconds stop_timeout{30};  // TimeoutStopSec of the service unit

std::string device_of(int batch) {
  std::string id = std::to_string(batch);
  return std::string(32 - id.size(), '0').append(id);
}

// Stopped by its owner, and goes on when the test ends, however it ends.
class Halted {
 public:
  explicit Halted(const test::Mosquitto& broker) : pid_(broker.pid()) { ::kill(pid_, SIGSTOP); }
  ~Halted() { ::kill(pid_, SIGCONT); }
  Halted(const Halted&) = delete;
  Halted& operator=(const Halted&) = delete;

 private:
  const pid_t pid_;
};

std::size_t occurrences(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// Many devices over one connection.
class Devices {
 public:
  explicit Devices(const test::Mosquitto& broker) {
    mqtt::Options options;
    options.broker_url = broker.url();
    options.subscriptions = {"stedi/v1/+/ack"};
    options.keep_alive = std::chrono::seconds(3'600);
    mqtt::Handlers handlers;
    handlers.on_message = [this](std::string_view topic, std::string_view) {
      const std::lock_guard lock(mutex_);
      acked_.emplace(topic);
    };
    client_ = std::move(mqtt::make_paho_client(std::move(options), std::move(handlers)).value());
    EXPECT_TRUE(client_->start());
    EXPECT_TRUE(wait_until([this] { return client_->ready(); }));
  }
  void send_all() {
    for (int i = 0; i < batches; ++i) {
      const auto sent =
          client_->publish("stedi/v1/" + device_of(i) + "/accelerometer", test::batch(1), false);
      EXPECT_TRUE(sent) << sent.error().message;
    }
  }
  std::size_t acknowledged() {
    const std::lock_guard lock(mutex_);
    return acked_.size();
  }

 private:
  std::mutex mutex_;
  std::set<std::string, std::less<>> acked_;
  std::unique_ptr<mqtt::Client> client_;  // last: its handler uses the rest
};

class SilentBroker : public test::GatewayProgram {
 protected:
  // One batch a group, and more acks than fit.
  void start_with_everything_queued(const test::Mosquitto& broker, Devices& devices) {
    test::write_text(files_ / "gateway.toml", "[broker]\nkeep_alive_s = 3600\nmax_unconfirmed_acks = " +
                                                  std::to_string(max_unconfirmed_acks) +
                                                  "\n[ingest]\nmax_group_records = 1\n");
    config_ = (files_ / "gateway.toml").string();
    start(broker.url());
    ASSERT_TRUE(becomes_ready());
    hold_store();
    devices.send_all();
    ASSERT_TRUE(
        shows("stedi_gateway_messages_total{stream=\"accelerometer\"} " + std::to_string(batches) + "\n"));
  }
  // Another writer, so that nothing lands before the broker is silent.
  void hold_store() {
    const SystemClock clock;
    auto opened = landing::open_landing_for_writing(store(), clock);
    ASSERT_TRUE(opened) << opened.error().message;
    held_.emplace(std::move(*opened));
    ASSERT_TRUE(held_->execute("BEGIN IMMEDIATE"));
  }
  void release_store() { held_.reset(); }

 private:
  std::optional<sqlite::Database> held_;
};

TEST_F(SilentBroker, HoldsUpNeitherTheLandingNorTheStopAndTheLogSaysWhatWasNotSent) {
  const test::Mosquitto broker;
  Devices devices(broker);
  start_with_everything_queued(broker, devices);
  const Halted halted(broker);
  release_store();
  process_->send_signal(SIGTERM);
  EXPECT_EQ(process_->exit_status(stop_timeout), 0);
  EXPECT_EQ(rows(), batches);
  const std::string log = process_->standard_error();
  EXPECT_EQ(occurrences(log, "not accepting acknowledgements"), 1U) << log;
  EXPECT_EQ(occurrences(log, "on disk and acknowledged"), 0U) << log;
  constexpr std::string_view not_sent = "not sent since the start: ";
  const auto at = log.find(not_sent);
  ASSERT_NE(at, std::string::npos) << log;
  EXPECT_GE(std::stoi(log.substr(at + not_sent.size())), batches - max_unconfirmed_acks) << log;
  EXPECT_EQ(occurrences(log, "trying again"), 0U) << "no room for the gateway's own status:\n" << log;
}

TEST_F(SilentBroker, AcksThatWereDroppedAreEarnedBySendingAgain) {
  const test::Mosquitto broker;
  Devices devices(broker);
  {
    start_with_everything_queued(broker, devices);
    const Halted halted(broker);
    release_store();
    ASSERT_TRUE(shows("stedi_gateway_records_landed_total{stream=\"accelerometer\"} " +
                      std::to_string(batches) + "\n"));
  }
  EXPECT_TRUE(wait_until([&] {
    devices.send_all();  // a round of acks is small enough to be taken sooner or later
    return devices.acknowledged() == batches;
  }));
  EXPECT_EQ(rows(), batches);
  EXPECT_EQ(occurrences(process_->standard_error(), ": accepting acknowledgements again"),
            occurrences(process_->standard_error(), "not accepting acknowledgements"));
}

}  // namespace
}  // namespace stedi::gateway
