// bench_null_gateway BROKER_URL: the rival of a fleet's gateway. It acknowledges every batch at once and
// keeps nothing: no decoding, no store, no fsync. Same client library and topics. What a fleet costs beside
// it is the device's and the broker's own. Prints how many it acknowledged when SIGTERM ends it.
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "core/mqtt/paho_client.hpp"
#include "core/wire/ack.hpp"
#include "core/wire/topic.hpp"

namespace stedi::bench {

namespace {

constexpr std::chrono::milliseconds look_every{5};
constexpr int max_buffered_acks = 100'000;  // a fleet's, while the broker is behind

// What our own devices' envelopes begin with: {"v":1,"boot":"…","seq":N,
std::optional<wire::Ack> ack_of(Stream stream, std::string_view payload) {
  constexpr std::string_view boot_key = R"({"v":1,"boot":")";
  constexpr std::string_view seq_key = R"(","seq":)";
  if (!payload.starts_with(boot_key)) return std::nullopt;
  payload.remove_prefix(boot_key.size());
  const std::size_t boot_end = payload.find(seq_key);
  if (boot_end == std::string_view::npos) return std::nullopt;
  wire::Ack ack;
  ack.boot = std::string(payload.substr(0, boot_end));
  payload.remove_prefix(boot_end + seq_key.size());
  std::int64_t seq = 0;
  if (std::from_chars(payload.data(), payload.data() + payload.size(), seq).ec != std::errc()) return {};
  ack.acked[stream] = {{seq, seq}};
  return ack;
}

std::atomic<bool> stopped = false;

mqtt::Options options_for(const char* broker_url) {
  mqtt::Options options;
  options.broker_url = broker_url;
  options.max_buffered_messages = max_buffered_acks;
  options.will = mqtt::Will{std::string(wire::gateway_status_topic), std::string(wire::status_offline)};
  for (const Stream stream : all_streams) options.subscriptions.push_back(wire::up_filter(stream));
  return options;
}

struct OwedAck {
  std::string device;
  wire::Ack ack;
};

// Filled by the library's thread, emptied by ours: publishing from within its handler would be slower.
class OwedAcks {
 public:
  void add(OwedAck owed) {
    const std::lock_guard lock(mutex_);
    owed_.push_back(std::move(owed));
  }
  std::vector<OwedAck> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(owed_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<OwedAck> owed_;
};

std::size_t acknowledge(mqtt::Client& client, const std::vector<OwedAck>& owed_acks) {
  std::size_t acknowledged = 0;
  for (const OwedAck& owed : owed_acks)
    acknowledged += client.publish(wire::ack_topic(owed.device), wire::encode_ack(owed.ack), false) ? 1 : 0;
  return acknowledged;
}

int run(const char* broker_url) {
  std::unique_ptr<mqtt::Client> client;
  OwedAcks owed;
  mqtt::Handlers handlers;
  handlers.on_ready = [&] {
    (void)client->publish(wire::gateway_status_topic, wire::status_online, true);
    std::puts("subscribed");
    std::fflush(stdout);
  };
  handlers.on_lost = [](std::string_view) {};
  handlers.on_message = [&](std::string_view topic, std::string_view payload) {
    const auto up = wire::parse_up_topic(topic);
    if (!up) return;
    if (auto ack = ack_of(up->stream, payload)) owed.add({std::string(up->device), std::move(*ack)});
  };
  auto made = mqtt::make_paho_client(options_for(broker_url), std::move(handlers));
  if (!made) return 1;
  client = std::move(*made);
  if (!client->start()) return 1;
  std::size_t acknowledged = 0;
  while (!stopped) {
    std::this_thread::sleep_for(look_every);
    acknowledged += acknowledge(*client, owed.take());
  }
  client->close(std::chrono::seconds(1));
  std::printf("acknowledged %zu\n", acknowledged);
  return 0;
}

}  // namespace

}  // namespace stedi::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: bench_null_gateway BROKER_URL\n", stderr);
    return 2;
  }
  std::signal(SIGTERM, [](int) { stedi::bench::stopped = true; });
  return stedi::bench::run(argv[1]);
}
