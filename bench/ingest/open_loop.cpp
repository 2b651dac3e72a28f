#include "bench/ingest/open_loop.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unordered_map>

#include "core/digest/digest.hpp"
#include "core/mqtt/paho_client.hpp"
#include "core/record/encode.hpp"
#include "core/wire/ack.hpp"
#include "core/wire/topic.hpp"
#include "tests/support/wait_until.hpp"

namespace stedi::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience_for_acks{10};
constexpr int max_under_way = 20'000;  // of one connection
constexpr std::int64_t first_reading_ms = 1'700'000'000'000;

// A device's batches differ in their seq alone: the load is the gateway's to bear, not the generator's.
struct Device {
  std::string topic;
  std::string head;  // {"v":1,"boot":…,"seq":
  std::string tail;  // ,"records":[…]}
  mqtt::Client* client = nullptr;
};

Device make_device(std::size_t number, const std::string& id, std::size_t readings) {
  Device device;
  device.topic = wire::up_topic(id, Stream::accelerometer);
  device.head = R"({"v":1,"boot":")" + random_id() + R"(","seq":)";
  device.tail = R"(,"records":[)";
  for (std::size_t i = 0; i < readings; ++i) {
    const auto at = static_cast<std::int64_t>(i);
    if (i > 0) device.tail += ',';
    device.tail += encode(AccelerometerReading{.user = "bench-" + std::to_string(number) + "@example.com",
                                               .timestamp_ms = first_reading_ms + at * 20,
                                               .x = static_cast<double>(at % 3) - 1,
                                               .y = static_cast<double>(at % 7) / 8,
                                               .z = static_cast<double>(at % 5) - 2,
                                               .extra = ""});
  }
  device.tail += "]}";
  return device;
}

// Message i is the (i / devices + 1)th batch of device i % devices, due at i intervals after the start.
class Run {
 public:
  Run(const std::string& broker_url, const OfferedLoad& load)
      : load_(load), acknowledged_at_(load.messages()) {
    for (std::size_t number = 0; number < load.devices; ++number) {
      ids_.push_back(random_id());
      numbers_.emplace(ids_.back(), number);
      devices_.push_back(make_device(number, ids_.back(), load.readings_per_message));
    }
    for (std::size_t i = 0; i < load.connections; ++i) connect(broker_url, i);
    if (!test::wait_until([this] { return ready_ == load_.connections; }))
      throw std::runtime_error("the devices cannot connect to " + broker_url);
  }
  ~Run() {
    for (const auto& client : clients_) client->close(std::chrono::seconds(5));
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  AckLatency measure() {
    start_ = Clock::now() + std::chrono::milliseconds(10);
    for (std::size_t i = 0; i < load_.messages(); ++i) {
      std::this_thread::sleep_until(due(i));
      send(i);
    }
    const auto all = [this] { return acknowledged_ == load_.messages(); };
    test::wait_until(all, patience_for_acks);
    return result();
  }

 private:
  void connect(const std::string& broker_url, std::size_t connection) {
    mqtt::Options options;
    options.broker_url = broker_url;
    options.client_id = random_id();
    options.max_buffered_messages = max_under_way;
    for (std::size_t number = connection; number < load_.devices; number += load_.connections)
      options.subscriptions.push_back(wire::ack_topic(ids_[number]));
    mqtt::Handlers handlers;
    handlers.on_ready = [this] { ++ready_; };
    handlers.on_lost = [](std::string_view) {};
    handlers.on_message = [this](std::string_view topic, std::string_view payload) {
      take_ack(topic, payload);
    };
    auto client = mqtt::make_paho_client(std::move(options), std::move(handlers));
    if (!client) throw std::runtime_error(client.error().message);
    if (const auto started = (*client)->start(); !started) throw std::runtime_error(started.error().message);
    for (std::size_t number = connection; number < load_.devices; number += load_.connections)
      devices_[number].client = client->get();
    clients_.push_back(std::move(*client));
  }

  Clock::time_point due(std::size_t message) const {
    return start_ + load_.interval() * static_cast<std::int64_t>(message);
  }

  // Waits when the connection is full: the schedule does not, so that the wait counts.
  void send(std::size_t message) {
    const Device& device = devices_[message % load_.devices];
    payload_ = device.head;
    payload_ += std::to_string(message / load_.devices + 1);
    payload_ += device.tail;
    while (!device.client->publish(device.topic, payload_, false))
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  void take_ack(std::string_view topic, std::string_view payload) {
    const auto now = Clock::now();
    const auto id = wire::parse_ack_topic(topic);
    const auto ack = wire::decode_ack(payload);
    if (!id || !ack) return;
    const std::size_t number = numbers_.at(std::string(*id));
    const auto ranges = ack->acked.find(Stream::accelerometer);
    if (ranges == ack->acked.end()) return;
    const std::lock_guard lock(mutex_);
    for (const wire::SeqRange& range : ranges->second) {
      for (std::int64_t seq = range.from; seq <= range.to; ++seq) {
        Clock::time_point& at =
            acknowledged_at_.at((static_cast<std::size_t>(seq) - 1) * load_.devices + number);
        if (at == Clock::time_point()) ++acknowledged_;
        at = now;
      }
    }
  }

  AckLatency result() {
    const std::lock_guard lock(mutex_);
    AckLatency latency;
    latency.sent = load_.messages();
    for (std::size_t i = 0; i < acknowledged_at_.size(); ++i) {
      if (acknowledged_at_[i] == Clock::time_point()) continue;
      latency.sorted_ms.push_back(
          std::chrono::duration<double, std::milli>(acknowledged_at_[i] - due(i)).count());
    }
    latency.acknowledged = latency.sorted_ms.size();
    std::sort(latency.sorted_ms.begin(), latency.sorted_ms.end());
    return latency;
  }

  const OfferedLoad load_;
  std::vector<std::string> ids_;
  std::unordered_map<std::string, std::size_t> numbers_;  // by id
  std::vector<Device> devices_;
  Clock::time_point start_;
  std::string payload_;
  std::mutex mutex_;  // guards the times
  std::vector<Clock::time_point> acknowledged_at_;
  std::atomic<std::size_t> acknowledged_{0};
  std::atomic<std::size_t> ready_{0};
  std::vector<std::unique_ptr<mqtt::Client>> clients_;
};

}  // namespace

std::size_t OfferedLoad::messages() const {
  const double seconds = std::chrono::duration<double>(duration).count();
  return static_cast<std::size_t>(readings_per_second * seconds / static_cast<double>(readings_per_message));
}

std::chrono::nanoseconds OfferedLoad::interval() const {
  return std::chrono::nanoseconds(
      static_cast<std::int64_t>(1e9 * static_cast<double>(readings_per_message) / readings_per_second));
}

double AckLatency::percentile_ms(double percent) const {
  const auto rank = static_cast<std::size_t>(static_cast<double>(sent) * percent / 100);
  if (rank >= sorted_ms.size()) return std::numeric_limits<double>::infinity();
  return sorted_ms[rank];
}

AckLatency offer(const std::string& broker_url, const OfferedLoad& load) {
  Run run(broker_url, load);
  return run.measure();
}

}  // namespace stedi::bench
