#include "bench/ingest/subscriber.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "core/mqtt/paho_client.hpp"
#include "core/wire/topic.hpp"

namespace stedi::bench {

int run_null_subscriber(const std::string& broker_url, std::size_t messages) {
  std::mutex mutex;
  std::condition_variable all_counted;
  std::size_t counted = 0;  // on the library's thread until the last one
  mqtt::Options options;
  options.broker_url = broker_url;
  options.subscriptions = {wire::up_filter(Stream::accelerometer)};
  mqtt::Handlers handlers;
  handlers.on_ready = [] {
    std::puts("subscribed");
    std::fflush(stdout);
  };
  handlers.on_lost = [](std::string_view) {};
  handlers.on_message = [&](std::string_view, std::string_view) {
    if (++counted == messages) {
      const std::lock_guard lock(mutex);
      all_counted.notify_one();
    }
  };
  auto client = mqtt::make_paho_client(std::move(options), std::move(handlers));
  if (!client || !(*client)->start()) {
    return 1;
  }
  {
    std::unique_lock lock(mutex);
    all_counted.wait(lock, [&] { return counted >= messages; });
  }
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  std::printf("counted %lld\n",
              static_cast<long long>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()));
  (*client)->close(std::chrono::seconds(1));
  return 0;
}

}  // namespace stedi::bench
