// Both implementations of mqtt::Client against a real broker: Paho, and the pool of many connections.
#include "core/mqtt/client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <set>

#include "core/mqtt/connection_pool.hpp"
#include "core/mqtt/paho_client.hpp"
#include "tests/support/mosquitto.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

namespace stedi::mqtt {
namespace {

using std::chrono::milliseconds;
using test::wait_until;

using Make = Result<std::unique_ptr<Client>> (*)(Options, Handlers);

Result<std::unique_ptr<Client>> make_pooled_client(Options options, Handlers handlers) {
  static ConnectionPool pool;
  return pool.make_client(std::move(options), std::move(handlers));
}

class MqttClient : public ::testing::TestWithParam<std::pair<const char*, Make>> {
 protected:
  static Make make() { return GetParam().second; }
};

INSTANTIATE_TEST_SUITE_P(Each, MqttClient,
                         ::testing::Values(std::pair{"Paho", &make_paho_client},
                                           std::pair{"Pool", &make_pooled_client}),
                         [](const auto& given) { return std::string(given.param.first); });

// A client and what its handlers were told.
class Peer {
 public:
  Peer(Make make, Options options) {
    Handlers handlers;
    handlers.on_message = [this](std::string_view topic, std::string_view payload) {
      const std::lock_guard lock(mutex_);
      messages_.emplace_back(std::string(topic) + " " + std::string(payload));
    };
    handlers.on_ready = [this] { ++ready_count; };
    handlers.on_lost = [this](std::string_view) { ++lost_count; };
    auto made = make(std::move(options), std::move(handlers));
    EXPECT_TRUE(made) << made.error().message;
    client = std::move(*made);
    EXPECT_TRUE(client->start());
  }
  std::vector<std::string> messages() {
    const std::lock_guard lock(mutex_);
    return messages_;
  }
  bool becomes_ready() {
    return wait_until([this] { return client->ready(); });
  }

  std::atomic<int> ready_count = 0;
  std::atomic<int> lost_count = 0;

 private:
  std::mutex mutex_;
  std::vector<std::string> messages_;

 public:
  std::unique_ptr<Client> client;  // destroyed first: its handlers use the rest
};

Options options(const std::string& url, std::vector<std::string> subscriptions = {}) {
  Options options;
  options.broker_url = url;
  options.subscriptions = std::move(subscriptions);
  options.reconnect_min = milliseconds(10);
  options.reconnect_max = milliseconds(100);
  return options;
}

TEST_P(MqttClient, PublishesToASubscriber) {
  const test::Mosquitto broker;
  Peer reader(make(), options(broker.url(), {"t/+"}));
  Peer writer(make(), options(broker.url()));
  ASSERT_TRUE(reader.becomes_ready());
  ASSERT_TRUE(writer.becomes_ready());
  ASSERT_TRUE(writer.client->publish("t/a", "hello", false));
  EXPECT_TRUE(wait_until([&] { return reader.messages() == std::vector<std::string>{"t/a hello"}; }));
  EXPECT_TRUE(wait_until([&] { return writer.client->unconfirmed() == 0; }));
}

TEST_P(MqttClient, SubscribesToManyMoreFiltersThanOnePacketHolds) {
  const test::Mosquitto broker;
  std::vector<std::string> filters;
  for (int i = 0; i < 1'234; ++i) filters.push_back("many/" + std::to_string(i));
  Peer reader(make(), options(broker.url(), filters));
  ASSERT_TRUE(reader.becomes_ready());
  ASSERT_TRUE(reader.client->publish("many/0", "first", false));
  ASSERT_TRUE(reader.client->publish("many/1233", "last", false));
  EXPECT_TRUE(wait_until([&] { return reader.messages().size() == 2; }));
}

TEST_P(MqttClient, WaitsForABrokerThatIsNotUpYetAndComesBackAfterItsDeath) {
  test::Mosquitto broker;
  broker.kill_now();
  Peer reader(make(), options(broker.url(), {"t"}));
  EXPECT_TRUE(wait_until([&] { return reader.lost_count == 1; }));
  EXPECT_FALSE(reader.client->publish("t", "x", false));
  broker.start();
  ASSERT_TRUE(reader.becomes_ready());
  EXPECT_EQ(reader.ready_count, 1);

  broker.kill_now();
  EXPECT_TRUE(wait_until([&] { return reader.lost_count == 2; }));
  EXPECT_FALSE(reader.client->ready());
  broker.start();
  ASSERT_TRUE(wait_until([&] { return reader.ready_count == 2; }));
  ASSERT_TRUE(wait_until([&] { return reader.client->publish("t", "back", false).has_value(); }));
  EXPECT_TRUE(wait_until([&] { return reader.messages().size() == 1; }));
}

TEST_P(MqttClient, TheWillIsPublishedWhenTheConnectionDiesAndNotWhenItIsClosed) {
  const test::Mosquitto broker;
  Peer reader(make(), options(broker.url(), {"will/+"}));
  ASSERT_TRUE(reader.becomes_ready());
  auto with_will = options(broker.url());
  with_will.will = Will{"will/a", "gone"};
  Peer closing(make(), with_will);
  ASSERT_TRUE(closing.becomes_ready());
  closing.client->close(milliseconds(5'000));

  with_will.will = Will{"will/b", "gone"};
  with_will.client_id = "twin";
  Peer first(make(), with_will);
  ASSERT_TRUE(first.becomes_ready());
  auto same_name = options(broker.url());
  same_name.client_id = "twin";
  Peer second(make(), same_name);  // the broker ends the first's connection
  EXPECT_TRUE(wait_until([&] {
    const auto seen = reader.messages();
    return std::set<std::string>(seen.begin(), seen.end()) == std::set<std::string>{"will/b gone"};
  }));
}

// Mosquitto refuses a subscription only by its dynamic security plugin.
constexpr auto only_allowed_filters = R"({
  "defaultACLAccess": {"publishClientSend": true, "publishClientReceive": true, "subscribe": false},
  "anonymousGroup": "anybody",
  "groups": [{"groupname": "anybody", "roles": [{"rolename": "reader"}]}],
  "roles": [{"rolename": "reader",
             "acls": [{"acltype": "subscribePattern", "topic": "allowed/#", "allow": true}]}]
})";

TEST_P(MqttClient, ARefusedSubscriptionIsNotReady) {
  const std::filesystem::path plugin = "/usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so";
  ASSERT_TRUE(std::filesystem::exists(plugin)) << "Debian's package mosquitto holds it: run tools/install";
  const test::TempDir files;
  test::write_text(files / "rules.json", only_allowed_filters);
  std::filesystem::permissions(files.path(), std::filesystem::perms(0755));
  const test::Mosquitto broker("plugin " + plugin.string() + "\nplugin_opt_config_file " +
                               (files / "rules.json").string() + "\n");
  Peer allowed(make(), options(broker.url(), {"allowed/a", "allowed/b"}));
  EXPECT_TRUE(allowed.becomes_ready());
  for (const std::vector<std::string>& filters :
       {std::vector<std::string>{"secret"}, std::vector<std::string>{"allowed/a", "secret"}}) {
    Peer refused(make(), options(broker.url(), filters));
    EXPECT_TRUE(wait_until([&] { return refused.lost_count == 1; }));
    EXPECT_FALSE(refused.client->ready());
    EXPECT_EQ(refused.ready_count, 0);
  }
}

TEST_P(MqttClient, PublishFailsAboveItsBuffer) {
  test::Mosquitto broker;
  auto small = options(broker.url());
  small.max_buffered_messages = 5;
  Peer writer(make(), small);
  ASSERT_TRUE(writer.becomes_ready());
  ::kill(broker.pid(), SIGSTOP);  // connected, but silent
  int taken = 0;
  while (taken < 100 && writer.client->publish("t", "x", false)) ++taken;
  EXPECT_EQ(taken, 5);
  EXPECT_EQ(writer.client->unconfirmed(), 5u);
  ::kill(broker.pid(), SIGCONT);
  EXPECT_TRUE(wait_until([&] { return writer.client->unconfirmed() == 0; }));
  EXPECT_TRUE(writer.client->publish("t", "x", false));
}

TEST_P(MqttClient, CloseHandsOverWhatIsUnconfirmedFirst) {
  const test::Mosquitto broker;
  Peer reader(make(), options(broker.url(), {"t"}));
  Peer writer(make(), options(broker.url()));
  ASSERT_TRUE(reader.becomes_ready());
  ASSERT_TRUE(writer.becomes_ready());
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(writer.client->publish("t", std::to_string(i), false));
  writer.client->close(milliseconds(30'000));
  EXPECT_TRUE(wait_until([&] { return reader.messages().size() == 500; }));
  EXPECT_FALSE(writer.client->publish("t", "late", false));
}

TEST_P(MqttClient, CloseIsBoundedWhenTheBrokerIsSilent) {
  test::Mosquitto broker;
  Peer writer(make(), options(broker.url()));
  ASSERT_TRUE(writer.becomes_ready());
  ::kill(broker.pid(), SIGSTOP);
  ASSERT_TRUE(writer.client->publish("t", "x", false));
  const auto start = std::chrono::steady_clock::now();
  writer.client->close(milliseconds(50));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  ::kill(broker.pid(), SIGCONT);
}

TEST_P(MqttClient, AHandlerMayPublish) {
  const test::Mosquitto broker;
  std::unique_ptr<Client> client;
  std::atomic<int> echoes = 0;
  Handlers handlers;
  handlers.on_ready = [&] { client->publish("ping", "", false); };
  handlers.on_message = [&](std::string_view topic, std::string_view) {
    if (topic == "ping") client->publish("pong", "", false);
    if (topic == "pong") ++echoes;
  };
  client = make()(options(broker.url(), {"ping", "pong"}), handlers).value();
  ASSERT_TRUE(client->start());
  EXPECT_TRUE(wait_until([&] { return echoes == 1; }));
  client->close(milliseconds(1'000));
}

TEST_P(MqttClient, WrongUrlsAndUnreadableTlsFilesAreUsageErrors) {
  EXPECT_EQ(make()(options("http://x"), {}).error().fault, Fault::usage);
  auto tls = options("mqtts://localhost");
  tls.ca_file = "/does/not/exist.pem";
  EXPECT_EQ(make()(tls, {}).error().fault, Fault::usage);
}

TEST(ConnectionPool, HundredsOfConnectionsAreUpAtOnceAndEachSendsAndHears) {
  test::Mosquitto broker;
  constexpr int connections = 200;
  ConnectionPool pool;
  std::atomic<int> ready = 0;
  std::atomic<int> heard = 0;
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < connections; ++i) {
    Handlers handlers;
    handlers.on_ready = [&] { ++ready; };
    handlers.on_message = [&](std::string_view, std::string_view) { ++heard; };
    clients.push_back(pool.make_client(options(broker.url(), {"to/" + std::to_string(i)}), handlers).value());
    ASSERT_TRUE(clients.back()->start());
  }
  ASSERT_TRUE(wait_until([&] { return ready == connections; }));
  for (int i = 0; i < connections; ++i)
    ASSERT_TRUE(clients[static_cast<std::size_t>(i)]->publish("to/" + std::to_string((i + 1) % connections),
                                                              "x", false));
  EXPECT_TRUE(wait_until([&] { return heard == connections; }));
}

}  // namespace
}  // namespace stedi::mqtt
