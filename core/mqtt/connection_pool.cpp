#include "core/mqtt/connection_pool.hpp"

#include <mosquitto.h>
#include <sys/epoll.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <random>

#include "core/backoff.hpp"
#include "core/mqtt/broker_url.hpp"
#include "core/mqtt/reactor.hpp"

namespace stedi::mqtt {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds connect_patience{10'000};
constexpr milliseconds subscribe_patience{10'000};
constexpr milliseconds keep_alive_check{1'000};
constexpr std::size_t max_filters_a_packet = 100;
constexpr int first_failing_code = 0x80;  // of a SUBACK
constexpr int packets_a_call = 100;
constexpr int most_under_way = 65'535;  // QoS 1 packets; our own limit of unconfirmed messages comes first

struct Outgoing {
  std::string topic;
  std::string payload;
  bool retain;
};

// One client's connections, one after the other. Everything below "the reactor's" is its thread's alone.
class Connection final : public Driven, public std::enable_shared_from_this<Connection> {
 public:
  Connection(BrokerUrl url, Options options, Handlers handlers, Reactor& reactor)
      : url_(std::move(url)),
        options_(std::move(options)),
        handlers_(std::move(handlers)),
        reactor_(reactor),
        backoff_(options_.reconnect_min, options_.reconnect_max, std::random_device()()) {}
  ~Connection() override {
    if (library_ != nullptr) mosquitto_destroy(library_);
  }

  Result<void> start() {
    {
      const std::lock_guard lock(mutex_);
      if (is_started_) return fail("the MQTT client is already started");
      is_started_ = true;
    }
    reactor_.wake(shared_from_this());
    return {};
  }

  Result<void> publish(std::string_view topic, std::string_view payload, bool retain) {
    bool is_first = false;
    {
      const std::lock_guard lock(mutex_);
      if (!is_ready_ || is_closing_) return fail("publish: not connected");
      const auto limit = static_cast<std::size_t>(options_.max_buffered_messages);
      if (unconfirmed_ >= limit)
        return fail("publish: " + std::to_string(limit) + " messages are already waiting for the broker");
      ++unconfirmed_;
      is_first = outgoing_.empty();
      outgoing_.push_back({std::string(topic), std::string(payload), retain});
    }
    if (is_first) reactor_.wake(shared_from_this());
    return {};
  }

  std::size_t unconfirmed() const {
    const std::lock_guard lock(mutex_);
    return unconfirmed_;
  }
  bool ready() const {
    const std::lock_guard lock(mutex_);
    return is_ready_;
  }

  void close(milliseconds patience) {
    std::unique_lock lock(mutex_);
    if (!is_started_ || is_closed_) {
      is_closing_ = is_closed_ = true;
      return;
    }
    is_closing_ = true;
    close_deadline_ = SteadyClock::now() + patience;
    lock.unlock();
    reactor_.wake(shared_from_this());
    lock.lock();
    closed_.wait(lock, [this] { return is_closed_; });
  }

  // ---- The reactor's

  void on_socket(std::uint32_t events) override {
    int code = MOSQ_ERR_SUCCESS;
    if ((events & EPOLLOUT) != 0) code = mosquitto_loop_write(library_, packets_a_call);
    if (code == MOSQ_ERR_SUCCESS && (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0)
      code = mosquitto_loop_read(library_, packets_a_call);
    after(code);
  }

  void on_woken() override {
    if (is_over_) return;
    if (library_ == nullptr && !told_lost_ && attempts_ == 0 && !closing()) return connect();
    if (library_ != nullptr && is_up_) after(send_outgoing());
    if (closing()) close_if_drained();
  }

  void on_timer() override {
    timer_ = Reactor::epoch();
    if (is_over_) return;
    if (closing()) return close_if_drained();
    if (library_ == nullptr) return connect();
    if (!is_up_ && SteadyClock::now() >= step_deadline_) return lose("no answer in time");
    set_timer(SteadyClock::now() + keep_alive_check);
    after(mosquitto_loop_misc(library_));
  }

 private:
  void connect() {
    ++attempts_;
    attempt_began_ = SteadyClock::now();
    refusal_.clear();
    library_ = mosquitto_new(options_.client_id.empty() ? nullptr : options_.client_id.c_str(), true, this);
    if (library_ == nullptr) return lose("out of memory for a connection");
    if (const int code = set_up(); code != MOSQ_ERR_SUCCESS) return lose(mosquitto_strerror(code));
    expect_within(connect_patience);
    const int code = mosquitto_connect_async(library_, host().c_str(), url_.port,
                                             static_cast<int>(options_.keep_alive.count()));
    watch();
    after(code);
  }

  int set_up() {
    mosquitto_int_option(library_, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V311);
    mosquitto_int_option(library_, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_int_option(library_, MOSQ_OPT_SEND_MAXIMUM, most_under_way);
    mosquitto_connect_callback_set(library_, [](mosquitto*, void* self, int code) {
      static_cast<Connection*>(self)->on_connected(code);
    });
    mosquitto_subscribe_callback_set(library_,
                                     [](mosquitto*, void* self, int, int count, const int* granted) {
                                       static_cast<Connection*>(self)->on_subscribed(count, granted);
                                     });
    mosquitto_publish_callback_set(
        library_, [](mosquitto*, void* self, int) { static_cast<Connection*>(self)->on_confirmed(); });
    mosquitto_message_callback_set(library_, [](mosquitto*, void* self, const mosquitto_message* message) {
      static_cast<Connection*>(self)->deliver(*message);
    });
    if (const int code = set_credentials(); code != MOSQ_ERR_SUCCESS) return code;
    if (const int code = set_tls(); code != MOSQ_ERR_SUCCESS) return code;
    if (!options_.will) return MOSQ_ERR_SUCCESS;
    const std::string& said = options_.will->payload;
    return mosquitto_will_set(library_, options_.will->topic.c_str(), static_cast<int>(said.size()),
                              said.data(), 1, true);
  }

  int set_credentials() {
    const bool own = !options_.username.empty();
    const std::string& username = own ? options_.username : url_.username;
    const std::string& password = own ? options_.password : url_.password;
    if (username.empty()) return MOSQ_ERR_SUCCESS;
    return mosquitto_username_pw_set(library_, username.c_str(),
                                     password.empty() ? nullptr : password.c_str());
  }

  int set_tls() {
    if (!url_.tls) return MOSQ_ERR_SUCCESS;
    const auto file = [](const std::string& name) { return name.empty() ? nullptr : name.c_str(); };
    if (options_.ca_file.empty()) mosquitto_int_option(library_, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
    return mosquitto_tls_set(library_, file(options_.ca_file), nullptr, file(options_.cert_file),
                             file(options_.key_file), nullptr);
  }

  std::string host() const {
    return url_.host.starts_with('[') ? url_.host.substr(1, url_.host.size() - 2) : url_.host;
  }

  void on_connected(int code) {
    if (code != 0) {
      refusal_ = mosquitto_connack_string(code);
      return;
    }
    subscribed_ = 0;
    subscribe_more();
  }

  void subscribe_more() {
    const auto& filters = options_.subscriptions;
    if (subscribed_ == filters.size()) return come_up();
    const std::size_t count = std::min(max_filters_a_packet, filters.size() - subscribed_);
    std::vector<char*> names;
    for (std::size_t i = 0; i < count; ++i)
      names.push_back(const_cast<char*>(filters[subscribed_ + i].c_str()));  // the library only reads them
    subscribed_ += count;
    expect_within(subscribe_patience);
    mosquitto_subscribe_multiple(library_, nullptr, static_cast<int>(count), names.data(), 1, 0, nullptr);
  }

  void on_subscribed(int count, const int* granted) {
    if (std::any_of(granted, granted + count, [](int code) { return code >= first_failing_code; })) {
      refusal_ = "subscription refused";
      mosquitto_disconnect(library_);
      return;
    }
    subscribe_more();
  }

  void come_up() {
    is_up_ = true;
    {
      const std::lock_guard lock(mutex_);
      is_ready_ = true;
    }
    set_timer(SteadyClock::now() + keep_alive_check);
    if (handlers_.on_ready && !closing()) handlers_.on_ready();
  }

  void on_confirmed() {
    const std::lock_guard lock(mutex_);
    if (unconfirmed_ > 0) --unconfirmed_;
  }

  void deliver(const mosquitto_message& message) {
    if (closing()) return;
    const auto& handler =
        message.retain && handlers_.on_retained ? handlers_.on_retained : handlers_.on_message;
    const std::string_view payload(static_cast<const char*>(message.payload),
                                   static_cast<std::size_t>(message.payloadlen));
    if (handler) handler(message.topic, payload);
  }

  int send_outgoing() {
    std::vector<Outgoing> outgoing;
    {
      const std::lock_guard lock(mutex_);
      outgoing.swap(outgoing_);
    }
    for (const Outgoing& message : outgoing) {
      const int code = mosquitto_publish(library_, nullptr, message.topic.c_str(),
                                         static_cast<int>(message.payload.size()), message.payload.data(), 1,
                                         message.retain);
      if (code != MOSQ_ERR_SUCCESS) return code;
    }
    return MOSQ_ERR_SUCCESS;
  }

  // What the library says after every call that may have done something.
  void after(int code) {
    if (library_ == nullptr) return;
    if (!refusal_.empty()) return lose(refusal_);
    if (code != MOSQ_ERR_SUCCESS) return lose(is_up_ ? "connection lost" : mosquitto_strerror(code));
    if (mosquitto_socket(library_) < 0) return lose("connection lost");
    watch();
    if (closing()) close_if_drained();
  }

  void watch() {
    const int socket = mosquitto_socket(library_);
    if (socket < 0) return;
    const std::uint32_t wanted = EPOLLIN | (mosquitto_want_write(library_) ? EPOLLOUT : 0U);
    if (socket_ != socket) {
      reactor_.watch(socket, wanted, *this);
    } else if (wanted != watched_for_) {
      reactor_.watch_for(socket, wanted, *this);
    }
    socket_ = socket;
    watched_for_ = wanted;
  }

  void expect_within(milliseconds patience) {
    step_deadline_ = SteadyClock::now() + patience;
    set_timer(step_deadline_);
  }

  void set_timer(SteadyClock::time_point when) {
    reactor_.set_timer(*this, timer_, when);
    timer_ = when;
  }

  // Forgets all of the connection, and what was unconfirmed with it.
  void drop_connection() {
    if (socket_ >= 0) reactor_.unwatch(socket_);
    socket_ = -1;
    if (library_ != nullptr) mosquitto_destroy(library_);
    library_ = nullptr;
    const std::lock_guard lock(mutex_);
    is_ready_ = false;
    outgoing_.clear();
    unconfirmed_ = 0;
  }

  void lose(const std::string& reason) {
    const bool was_up = std::exchange(is_up_, false);
    drop_connection();
    if (closing()) return end();
    if ((was_up || !told_lost_) && handlers_.on_lost) handlers_.on_lost(reason);
    told_lost_ = true;
    // A broker that takes us and throws us out at once is as good as none.
    if (was_up && SteadyClock::now() - attempt_began_ > options_.reconnect_max) backoff_.reset();
    set_timer(SteadyClock::now() + backoff_.next());
  }

  bool closing() const {
    const std::lock_guard lock(mutex_);
    return is_closing_;
  }

  void close_if_drained() {
    if (is_over_) return;
    const auto now = SteadyClock::now();
    if (is_up_ && unconfirmed() > 0 && now < close_deadline_) return set_timer(close_deadline_);
    if (library_ != nullptr && is_up_) mosquitto_disconnect(library_);
    is_up_ = false;
    drop_connection();
    end();
  }

  void end() {
    is_over_ = true;
    set_timer(Reactor::epoch());
    reactor_.forget(*this);
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    closed_.notify_all();
  }

  const BrokerUrl url_;
  const Options options_;
  const Handlers handlers_;
  Reactor& reactor_;

  mutable std::mutex mutex_;  // of these
  std::condition_variable closed_;
  bool is_started_ = false;
  bool is_ready_ = false;
  bool is_closing_ = false;
  bool is_closed_ = false;
  SteadyClock::time_point close_deadline_;
  std::vector<Outgoing> outgoing_;
  std::size_t unconfirmed_ = 0;

  // The reactor's.
  Backoff backoff_;
  mosquitto* library_ = nullptr;  // of the present attempt; a new one each time: it forgets nothing
  int socket_ = -1;
  std::uint32_t watched_for_ = 0;
  SteadyClock::time_point timer_ = Reactor::epoch();
  SteadyClock::time_point step_deadline_;
  SteadyClock::time_point attempt_began_;
  std::size_t attempts_ = 0;
  std::size_t subscribed_ = 0;
  std::string refusal_;
  bool is_up_ = false;
  bool told_lost_ = false;
  bool is_over_ = false;
};

class PooledClient final : public Client {
 public:
  explicit PooledClient(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  ~PooledClient() override { connection_->close(milliseconds(0)); }
  Result<void> start() override { return connection_->start(); }
  Result<void> publish(std::string_view topic, std::string_view payload, bool retain) override {
    return connection_->publish(topic, payload, retain);
  }
  std::size_t unconfirmed() const override { return connection_->unconfirmed(); }
  bool ready() const override { return connection_->ready(); }
  void close(milliseconds patience) override { connection_->close(patience); }

 private:
  std::shared_ptr<Connection> connection_;
};

}  // namespace

ConnectionPool::ConnectionPool() {
  mosquitto_lib_init();  // counts its calls
  reactor_ = std::make_unique<Reactor>();
}

ConnectionPool::~ConnectionPool() {
  reactor_.reset();
  mosquitto_lib_cleanup();
}

Result<std::unique_ptr<Client>> ConnectionPool::make_client(Options options, Handlers handlers) {
  auto url = TRY(broker_of(options));
  return std::make_unique<PooledClient>(
      std::make_shared<Connection>(std::move(url), std::move(options), std::move(handlers), *reactor_));
}

}  // namespace stedi::mqtt
