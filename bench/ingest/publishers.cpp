#include "bench/ingest/publishers.hpp"

#include <algorithm>
#include <atomic>
#include <stdexcept>

#include "core/digest/digest.hpp"
#include "core/mqtt/paho_client.hpp"
#include "core/record/encode.hpp"
#include "core/wire/ack.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "tests/support/wait_until.hpp"

namespace stedi::bench {
namespace {

constexpr std::chrono::milliseconds nap{1};           // when every window is full and nobody answers
constexpr std::chrono::seconds patience_for_acks{2};  // then what is not acknowledged is sent again
constexpr std::chrono::minutes give_up{5};
constexpr std::int64_t first_reading_ms = 1'700'000'000'000;

std::string make_payload(const std::string& boot, std::size_t seq, std::size_t publisher,
                         std::size_t readings) {
  std::vector<std::string> records;
  records.reserve(readings);
  for (std::size_t i = 0; i < readings; ++i) {
    const auto at = static_cast<std::int64_t>((seq - 1) * readings + i);
    records.push_back(
        encode(AccelerometerReading{.user = "bench-" + std::to_string(publisher) + "@example.com",
                                    .timestamp_ms = first_reading_ms + at,
                                    .x = static_cast<double>(at % 3) - 1,
                                    .y = static_cast<double>(at % 7) / 8,
                                    .z = static_cast<double>(at % 5) - 2,
                                    .extra = ""}));
  }
  return wire::seal_envelope({.boot = boot, .seq = static_cast<std::int64_t>(seq)}, records);
}

}  // namespace

struct Publishers::Device {
  std::string id = random_id();
  std::string topic = wire::up_topic(id, Stream::accelerometer);
  std::vector<std::string> payloads;
  std::size_t next = 0;    // payload to publish next
  std::size_t prefix = 0;  // payloads acknowledged, without a gap
  std::atomic<bool> connected{false};
  std::unique_ptr<mqtt::Client> client;
};

Publishers::Publishers(const std::string& broker_url, const Load& load) {
  for (std::size_t number = 0; number < load.publishers; ++number) {
    Device& device = *devices_.emplace_back(std::make_unique<Device>());
    const std::string boot = random_id();
    for (std::size_t seq = 1; seq <= load.messages; ++seq) {
      device.payloads.push_back(make_payload(boot, seq, number, load.readings_per_message));
    }
    mqtt::Options options;
    options.broker_url = broker_url;
    options.client_id = device.id;
    options.subscriptions = {wire::ack_topic(device.id)};
    options.max_buffered_messages = static_cast<int>(window_.messages);
    mqtt::Handlers handlers;
    handlers.on_ready = [&device] { device.connected = true; };
    handlers.on_lost = [&device](std::string_view) { device.connected = false; };
    handlers.on_message = [this, &device](std::string_view, std::string_view payload) {
      const auto ack = wire::decode_ack(payload);
      const auto ranges = ack ? ack->acked.find(Stream::accelerometer) : decltype(ack->acked.end()){};
      if (!ack || ranges == ack->acked.end()) {
        return;
      }
      const std::lock_guard lock(mutex_);
      for (const wire::SeqRange& range : ranges->second) {
        if (range.from <= static_cast<std::int64_t>(device.prefix) + 1) {
          device.prefix = std::max(device.prefix, static_cast<std::size_t>(range.to));
        }
      }
      heard_.notify_one();
    };
    auto client = mqtt::make_paho_client(std::move(options), std::move(handlers));
    if (!client) {
      throw std::runtime_error(client.error().message);
    }
    device.client = std::move(*client);
    if (const auto started = device.client->start(); !started) {
      throw std::runtime_error(started.error().message);
    }
  }
  const auto all_connected = [this] {
    return std::ranges::all_of(devices_, [](const auto& device) { return device->connected.load(); });
  };
  if (!test::wait_until(all_connected)) {
    throw std::runtime_error("the publishers cannot connect to " + broker_url);
  }
}

Publishers::~Publishers() {
  for (const auto& device : devices_) {
    device->client->close(std::chrono::seconds(5));
  }
}

// Publishes what the window lets through; true when it published something.
bool Publishers::pump(Device& device, Until until) {
  std::size_t heard_of = device.next - std::min(device.next, device.client->unconfirmed());
  if (until == Until::acknowledged) {
    const std::lock_guard lock(mutex_);
    heard_of = device.prefix;
  }
  bool published = false;
  while (device.next < device.payloads.size()) {
    const std::string& payload = device.payloads[device.next];
    const std::size_t under_way = device.next - std::min(device.next, heard_of);
    if (under_way >= window_.messages || under_way * payload.size() >= window_.bytes ||
        !device.client->publish(device.topic, payload, false)) {
      break;
    }
    ++device.next;
    published = true;
  }
  return published;
}

bool Publishers::done(const Device& device, Until until) const {
  if (until == Until::published) {
    return device.next == device.payloads.size() && device.client->unconfirmed() == 0;
  }
  const std::lock_guard lock(mutex_);
  return device.prefix == device.payloads.size();
}

std::size_t Publishers::acknowledged() const {
  const std::lock_guard lock(mutex_);
  std::size_t sum = 0;
  for (const auto& device : devices_) {
    sum += device->prefix;
  }
  return sum;
}

void Publishers::resend_from_prefix() {
  const std::lock_guard lock(mutex_);
  for (const auto& device : devices_) {
    resends_ += device->next - device->prefix;
    device->next = device->prefix;
  }
}

Publishers::Times Publishers::publish_all(Until until) {
  Times times;
  times.first_publish = std::chrono::steady_clock::now();
  std::size_t acknowledged_before = 0;
  Instant progress = times.first_publish;
  const auto all_done = [&] {
    return std::ranges::all_of(devices_, [&](const auto& device) { return done(*device, until); });
  };
  while (!all_done()) {
    bool published = false;
    for (const auto& device : devices_) {
      published = pump(*device, until) || published;
    }
    if (!published) {
      std::unique_lock lock(mutex_);
      heard_.wait_for(lock, nap);
    }
    const Instant now = std::chrono::steady_clock::now();
    if (const std::size_t count = acknowledged(); published || count != acknowledged_before) {
      acknowledged_before = count;
      progress = now;
    } else if (until == Until::acknowledged && now - progress > patience_for_acks) {
      resend_from_prefix();
      progress = now;
    }
    if (now - times.first_publish > give_up) {
      throw std::runtime_error("the publishers are not done after five minutes");
    }
  }
  times.done = std::chrono::steady_clock::now();
  return times;
}

}  // namespace stedi::bench
