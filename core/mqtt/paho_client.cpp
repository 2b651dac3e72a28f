#include "core/mqtt/paho_client.hpp"

#include <mqtt/async_client.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

#include "core/backoff.hpp"
#include "core/mqtt/broker_url.hpp"
#include "core/mqtt/no_delay.hpp"

namespace stedi::mqtt {

namespace paho = ::mqtt;

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// MQTT 3.1.1: in version 5 Mosquitto would throttle a publisher to its receive maximum, 20 by default, and
// nothing here needs what version 5 adds.
constexpr int protocol = MQTTVERSION_3_1_1;
constexpr milliseconds connect_patience{10'000};
constexpr milliseconds subscribe_patience{10'000};
constexpr std::size_t max_filters_a_packet = 100;
constexpr int first_failing_code = 0x80;  // of a SUBACK

std::string connect_error(int code) {
  switch (code) {
    case 1:
      return "the broker does not speak MQTT 3.1.1";
    case 2:
      return "client id refused";
    case 3:
      return "the broker is unavailable";
    case 4:
    case 5:
      return "credentials refused: check user name and password";
    default:
      return "cannot be reached (code " + std::to_string(code) + ")";
  }
}

// Counts those inside; shut() lets nobody in any more and waits for those who are.
class Gate {
 public:
  bool enter() {
    const std::lock_guard lock(mutex_);
    if (shut_) return false;
    ++inside_;
    return true;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    if (--inside_ == 0) empty_.notify_all();
  }
  void shut() {
    std::unique_lock lock(mutex_);
    shut_ = true;
    empty_.wait(lock, [this] { return inside_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable empty_;
  int inside_ = 0;
  bool shut_ = false;
};

class Inside {
 public:
  explicit Inside(Gate& gate) : gate_(gate.enter() ? &gate : nullptr) {}
  ~Inside() {
    if (gate_ != nullptr) gate_->leave();
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  explicit operator bool() const { return gate_ != nullptr; }

 private:
  Gate* gate_;
};

// What wakes the connection's own thread.
struct Bell {
  std::mutex mutex;
  std::condition_variable rung;
  bool closing = false;
  Clock::time_point close_deadline;
};

// Paho stops its threads with its last client and starts them with the next one: a second of waiting each
// time, and a race with a client that is made meanwhile. One that never connects keeps them to the process's
// end.
void keep_library_running() {
  // Else it writes every packet and every function that it enters into a trace that nobody reads.
  MQTTAsync_setTraceLevel(MQTTASYNC_TRACE_ERROR);
  // Never destroyed, on purpose; `used`, so that the leak checker still finds it in an optimised program.
  [[gnu::used]] static const auto* const keeper =
      new paho::async_client("tcp://localhost:1", "", paho::create_options(protocol));
}

// One connection from its attempt to its end; never used again, because Paho forgets neither the queued
// commands nor the tokens of a connection that was lost.
//
// Paho calls back holding a mutex of the whole process. So no lock is held here while Paho is called, and
// what its callbacks lock is never held for long.
class Link final : public paho::iaction_listener {
 public:
  using OnMessage = std::function<void(const paho::const_message_ptr&)>;

  Link(const BrokerUrl& url, const Options& options, Bell& bell, OnMessage on_message)
      : options_(options), bell_(bell), client_(url.address(), options.client_id, creation(options)) {
    // Not set_callback(), which locks in the opposite order of a callback.
    client_.set_connection_lost_handler([this](const std::string&) { lose(); });
    client_.set_message_callback(std::move(on_message));
  }

  Result<void> connect(const paho::connect_options& connect_options) {
    expect_outcome();
    client_.connect(connect_options, nullptr, *this);
    return outcome_within(connect_patience);
  }

  Result<void> subscribe() {
    const auto& filters = options_.subscriptions;
    for (std::size_t from = 0; from < filters.size(); from += max_filters_a_packet) {
      const std::size_t to = std::min(from + max_filters_a_packet, filters.size());
      TRY(subscribe_chunk(from, to));
    }
    return {};
  }

  Result<void> publish(std::string_view topic, std::string_view payload, bool retain) {
    const auto limit = static_cast<std::size_t>(options_.max_buffered_messages);
    if (unconfirmed_.fetch_add(1) >= limit) {
      confirmed();
      return fail("publish: " + std::to_string(limit) + " messages are already waiting for the broker");
    }
    try {
      client_.publish(paho::make_message(std::string(topic), payload.data(), payload.size(), 1, retain),
                      nullptr, delivery_);
      return {};
    } catch (const paho::exception& error) {
      confirmed();
      return fail(std::string("publish: ") + error.what());
    }
  }

  std::size_t unconfirmed() const { return unconfirmed_.load(); }

  void wait_until_lost_or_closing() {
    std::unique_lock lock(bell_.mutex);
    bell_.rung.wait(lock, [this] { return lost_ || bell_.closing; });
  }

  // Within the deadline of the bell.
  void drain_and_disconnect() {
    const Clock::time_point deadline = bell_.close_deadline;
    {
      std::unique_lock lock(bell_.mutex);
      bell_.rung.wait_until(lock, deadline, [this] { return lost_ || unconfirmed_.load() == 0; });
      if (lost_) return;
    }
    expect_outcome();
    try {
      client_.disconnect(0, nullptr, *this);
    } catch (const paho::exception&) {
      return;  // lost in the meantime
    }
    std::unique_lock lock(bell_.mutex);
    bell_.rung.wait_until(lock, std::max(deadline, Clock::now() + milliseconds(100)),
                          [this] { return lost_ || outcome_; });
  }

  std::string lost_reason() const { return "connection lost"; }

 private:
  static paho::create_options creation(const Options& options) {
    paho::create_options creation(protocol);
    // Our own count, which includes what is under way, comes first.
    creation.set_max_buffered_messages(options.max_buffered_messages + 1);
    return creation;
  }

  void expect_outcome() {
    const std::lock_guard lock(bell_.mutex);
    outcome_.reset();
  }

  Result<void> outcome_within(milliseconds patience) {
    std::unique_lock lock(bell_.mutex);
    bell_.rung.wait_for(lock, patience, [this] { return outcome_ || lost_ || bell_.closing; });
    if (bell_.closing) return fail("closing");
    if (outcome_) return *outcome_;
    if (lost_) return fail(lost_reason());
    return fail("no answer within " + std::to_string(patience.count() / 1000) + " s");
  }

  Result<void> subscribe_chunk(std::size_t from, std::size_t to) {
    auto filters = std::make_shared<paho::string_collection>();
    for (std::size_t i = from; i < to; ++i) filters->push_back(options_.subscriptions[i]);
    expect_outcome();
    client_.subscribe(filters, paho::async_client::qos_collection(to - from, 1), nullptr, *this);
    return outcome_within(subscribe_patience);
  }

  void settle(Result<void> outcome) {
    const std::lock_guard lock(bell_.mutex);
    outcome_ = std::move(outcome);
    bell_.rung.notify_all();
  }

  void confirmed() {
    if (unconfirmed_.fetch_sub(1) > 1) return;
    const std::lock_guard lock(bell_.mutex);  // else a drain between its look and its sleep would miss it
    bell_.rung.notify_all();
  }

  // Paho's callbacks.
  void on_success(const paho::token& token) override {
    if (token.get_type() == paho::token::Type::SUBSCRIBE && !all_granted(token)) return refuse_subscription();
    settle({});
  }
  void on_failure(const paho::token& token) override {
    if (token.get_type() == paho::token::Type::SUBSCRIBE) return refuse_subscription();
    settle(fail(connect_error(token.get_return_code())));
  }
  void refuse_subscription() { settle(fail("subscription refused")); }
  void lose() {
    const std::lock_guard lock(bell_.mutex);
    lost_ = true;
    bell_.rung.notify_all();
  }
  // Paho calls it a success when a packet of several filters came back all refused.
  static bool all_granted(const paho::token& token) {
    const auto granted = token.get_subscribe_response().get_reason_codes();
    return std::all_of(granted.begin(), granted.end(),
                       [](auto code) { return static_cast<int>(code) < first_failing_code; });
  }

  // Told of each publish, once.
  class Delivery final : public paho::iaction_listener {
   public:
    explicit Delivery(Link& link) : link_(link) {}
    void on_success(const paho::token&) override { link_.confirmed(); }
    void on_failure(const paho::token&) override { link_.confirmed(); }

   private:
    Link& link_;
  };

  const Options& options_;
  Bell& bell_;
  std::optional<Result<void>> outcome_;  // of the request under way; by the bell's mutex
  bool lost_ = false;                    // by the bell's mutex
  std::atomic<std::size_t> unconfirmed_{0};
  Delivery delivery_{*this};
  paho::async_client client_;  // last: destroyed first, and with it the callbacks
};

class PahoClient final : public Client {
 public:
  PahoClient(BrokerUrl url, Options options, Handlers handlers)
      : url_(std::move(url)), options_(std::move(options)), handlers_(std::move(handlers)) {}
  ~PahoClient() override { close(milliseconds(0)); }

  Result<void> start() override {
    if (thread_.joinable()) return fail("the MQTT client is already started");
    keep_library_running();
    thread_ = std::thread([this] { run(); });
    return {};
  }

  Result<void> publish(std::string_view topic, std::string_view payload, bool retain) override {
    Link* link = borrow();
    if (link == nullptr) return fail("publish: not connected");
    auto done = link->publish(topic, payload, retain);
    give_back();
    return done;
  }

  std::size_t unconfirmed() const override {
    const Link* link = borrow();
    if (link == nullptr) return 0;
    const std::size_t count = link->unconfirmed();
    give_back();
    return count;
  }

  bool ready() const override {
    const std::lock_guard lock(link_mutex_);
    return link_ != nullptr;
  }

  void close(milliseconds patience) override {
    {
      const std::lock_guard lock(bell_.mutex);
      bell_.closing = true;
      bell_.close_deadline = Clock::now() + patience;
      bell_.rung.notify_all();
    }
    if (thread_.joinable()) thread_.join();
    handlers_gate_.shut();
  }

 private:
  bool closing() {
    const std::lock_guard lock(bell_.mutex);
    return bell_.closing;
  }

  void run() {
    Backoff backoff(options_.reconnect_min, options_.reconnect_max, std::random_device()());
    bool told_lost = false;
    while (!closing()) {
      const auto started = Clock::now();
      bool was_ready = false;
      const std::string reason = live_once(was_ready);
      if (closing()) return;
      if (was_ready || !told_lost) tell_lost(reason);
      told_lost = true;
      // A broker that takes us and throws us out at once is as good as none.
      if (was_ready && Clock::now() - started > options_.reconnect_max) backoff.reset();
      std::unique_lock lock(bell_.mutex);
      bell_.rung.wait_for(lock, backoff.next(), [this] { return bell_.closing; });
    }
  }

  // Connects, and stays until the connection is lost or closed; says why it ended.
  std::string live_once(bool& was_ready) {
    try {
      auto link = std::make_unique<Link>(
          url_, options_, bell_, [this](const paho::const_message_ptr& message) { deliver(*message); });
      auto up = link->connect(connect_options());
      if (up) send_without_delay(url_.port);
      if (up) up = link->subscribe();
      if (!up) return up.error().message;
      was_ready = true;
      lend(link.get());
      if (const Inside inside(handlers_gate_); inside && handlers_.on_ready) handlers_.on_ready();
      link->wait_until_lost_or_closing();
      if (closing()) link->drain_and_disconnect();
      take_back();
      return link->lost_reason();
    } catch (const paho::exception& error) {
      take_back();
      return error.what();
    }
  }

  void deliver(const paho::message& message) {
    const Inside inside(handlers_gate_);
    const auto& handler =
        message.is_retained() && handlers_.on_retained ? handlers_.on_retained : handlers_.on_message;
    if (inside && handler) handler(message.get_topic(), message.get_payload_ref().str());
  }

  void tell_lost(const std::string& reason) {
    const Inside inside(handlers_gate_);
    if (inside && handlers_.on_lost) handlers_.on_lost(reason);
  }

  paho::connect_options connect_options() const {
    paho::connect_options connect;
    connect.set_mqtt_version(protocol);
    connect.set_clean_session(true);
    connect.set_automatic_reconnect(false);
    connect.set_keep_alive_interval(options_.keep_alive);
    connect.set_connect_timeout(std::chrono::duration_cast<std::chrono::seconds>(connect_patience));
    // Paho's 10 would throttle a fast publisher; our own limit is the number of unconfirmed messages.
    connect.set_max_inflight(std::min(options_.max_buffered_messages, 60'000));
    const bool own_credentials = !options_.username.empty();
    const std::string& username = own_credentials ? options_.username : url_.username;
    const std::string& password = own_credentials ? options_.password : url_.password;
    if (!username.empty()) connect.set_user_name(username);
    if (!username.empty() && !password.empty()) connect.set_password(password);
    if (options_.will) {
      connect.set_will(paho::will_options(options_.will->topic, options_.will->payload.data(),
                                          options_.will->payload.size(), 1, true));
    }
    if (url_.tls) connect.set_ssl(tls_options());
    return connect;
  }

  paho::ssl_options tls_options() const {
    paho::ssl_options tls;
    if (!options_.ca_file.empty()) tls.set_trust_store(options_.ca_file);
    if (!options_.cert_file.empty()) tls.set_key_store(options_.cert_file);
    if (!options_.key_file.empty()) tls.set_private_key(options_.key_file);
    tls.set_enable_server_cert_auth(true);
    tls.set_verify(true);  // the host name too
    return tls;
  }

  // Publishers borrow the link while it is ready; take_back() waits for them, so that only the connection's
  // own thread ever destroys it: a publisher may be one of Paho's callbacks.
  void lend(Link* link) {
    const std::lock_guard lock(link_mutex_);
    link_ = link;
  }
  void take_back() {
    std::unique_lock lock(link_mutex_);
    link_ = nullptr;
    returned_.wait(lock, [this] { return borrowers_ == 0; });
  }
  Link* borrow() const {
    const std::lock_guard lock(link_mutex_);
    if (link_ != nullptr) ++borrowers_;
    return link_;
  }
  void give_back() const {
    const std::lock_guard lock(link_mutex_);
    if (--borrowers_ == 0) returned_.notify_all();
  }

  const BrokerUrl url_;
  const Options options_;
  const Handlers handlers_;
  Gate handlers_gate_;
  Bell bell_;
  mutable std::mutex link_mutex_;
  mutable std::condition_variable returned_;
  mutable int borrowers_ = 0;
  Link* link_ = nullptr;  // while ready
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Client>> make_paho_client(Options options, Handlers handlers) {
  auto url = TRY(broker_of(options));
  return std::make_unique<PahoClient>(std::move(url), std::move(options), std::move(handlers));
}

}  // namespace stedi::mqtt

#if defined(__SANITIZE_THREAD__)
// Paho is not built for the sanitizer, which therefore does not see that its tokens are counted atomically.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "race:mqtt::token::~token\n"
         "race:shared_ptr<mqtt::token\n"
         "race:shared_ptr<mqtt::delivery_token\n"
         "race:shared_ptr<mqtt::message const\n";
}
#endif
