#include "gateway/gateway.hpp"

#include <spdlog/spdlog.h>

#include <mutex>
#include <thread>

#include "core/mqtt/broker_url.hpp"
#include "core/mqtt/paho_client.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "gateway/ack_sender.hpp"
#include "gateway/disk_watch.hpp"
#include "gateway/ingest.hpp"
#include "gateway/payload_expiry.hpp"
#include "gateway/roles.hpp"
#include "gateway/status_server.hpp"
#include "gateway/store_lock.hpp"
#include "gateway/ticker.hpp"
#include "lakehouse/landing/store.hpp"

namespace stedi::gateway {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds tick{1'000};  // how often the disk is looked at
// Messages of the gateway's own status: a broker that takes no more acks must still have room for them.
constexpr int status_room = 16;

class WiredGateway final : public Gateway {
 public:
  WiredGateway(const GatewayConfig& config, FolderLock lock)
      : config_(config),
        lock_(std::move(lock)),
        roles_(config.roles.website, config.roles.dir, clock_),
        queue_(config.queue),
        disk_(config.disk, free_space_of(config.store.dir), readiness_, [this] { announce(); }) {}
  ~WiredGateway() override {
    ticker_.reset();
    stop_ingest();
  }

  Result<void> start() {
    TRY(open_writer());
    // Before the first socket listens or connects: a wrong configuration must not be seen half running.
    TRY(make_client());
    disk_.check();
    TRY(start_status());
    const auto url = mqtt::parse_broker_url(config_.broker.url);
    spdlog::info("store {}", config_.store.dir.string());
    spdlog::info("broker {}", url->address());
    spdlog::info("status on {}", status_->url());
    ingest_thread_ = std::thread([this] { ingest_result_ = ingest_->run(); });
    ticker_.emplace(tick, [this] { look_around(); });
    return client_->start();
  }

  Result<Farewell> stop() override {
    readiness_.set_stopping();
    stop_ingest();
    ticker_.reset();
    announce();
    const Farewell farewell{ack_sender_->dropped(), await_confirmations(), client_->ready()};
    client_->close(milliseconds(0));
    status_.reset();
    if (!ingest_result_) return Failure(ingest_result_.error());
    return farewell;
  }

 private:
  Result<void> open_writer() {
    say_what_a_start_makes();
    landing::WriterOptions options;
    options.speaks_for_everyone = [this](std::string_view device) {
      return roles_.speaks_for_everyone(device);
    };
    options.max_ranges_per_source = config_.store.max_ranges_per_source;
    options.conflict_window = config_.store.conflict_window;
    options.checkpoint_every_batches = config_.store.checkpoint_every_batches;
    writer_.emplace(TRY(landing::Writer::open(config_.store.dir, std::move(options), clock_)));
    IngestPorts ports;
    ports.publish = [this](std::string_view topic, std::string_view payload) {
      return ack_sender_->send(topic, payload);
    };
    ports.on_store_changed = [this] { announce(); };
    ports.between_groups = [this] { return expiry_->run_if_due(); };
    expiry_.emplace(config_.quarantine.payload_days, *writer_, clock_);
    ingest_.emplace(config_.group, queue_, *writer_, clock_, metrics_, readiness_, std::move(ports));
    return {};
  }

  // A store that ought to be there and is not: somebody deleted it, moved it or did not mount it.
  void say_what_a_start_makes() const {
    std::error_code error;
    const auto file = landing::landing_file(config_.store.dir);
    if (std::filesystem::exists(file, error)) return;
    spdlog::warn("store {}: not there; making a new, empty one. If there was one before: stop, bring it back",
                 file.string());
  }

  Result<void> make_client() {
    mqtt::Options options;
    options.broker_url = config_.broker.url;
    options.client_id = config_.broker.client_id;
    options.username = config_.broker.username;
    options.password = config_.broker.password;
    options.ca_file = config_.broker.ca_file;
    options.cert_file = config_.broker.cert_file;
    options.key_file = config_.broker.key_file;
    options.keep_alive = config_.broker.keep_alive;
    options.reconnect_min = config_.broker.reconnect_min;
    options.reconnect_max = config_.broker.reconnect_max;
    options.max_buffered_messages = config_.broker.max_unconfirmed_acks + status_room;
    for (const Stream stream : all_streams) options.subscriptions.push_back(wire::up_filter(stream));
    options.will = mqtt::Will{std::string(wire::gateway_status_topic), std::string(wire::status_offline)};
    mqtt::Handlers handlers;
    handlers.on_message = [this](std::string_view topic, std::string_view payload) {
      take_in(topic, payload, Delivery::live);
    };
    handlers.on_retained = [this](std::string_view topic, std::string_view payload) {
      take_in(topic, payload, Delivery::retained);
    };
    handlers.on_ready = [this] { broker_is_up(); };
    handlers.on_lost = [this](std::string_view reason) { broker_is_lost(reason); };
    client_ = TRY(mqtt::make_paho_client(std::move(options), std::move(handlers)));
    ack_sender_.emplace(*client_, static_cast<std::size_t>(config_.broker.max_unconfirmed_acks), clock_,
                        [](milliseconds pause) { std::this_thread::sleep_for(pause); });
    return {};
  }

  Result<void> start_status() {
    StatusPages pages;
    pages.why_not_ready = [this] { return readiness_.why_not(); };
    pages.metrics = [this] {
      return prometheus_text(metrics_,
                             {queue_.messages(), queue_.bytes(), readiness_.ready(), resident_bytes(),
                              readiness_.causes(), disk_.free_bytes(), disk_.is_low()});
    };
    status_ = TRY(StatusServer::start(config_.http, std::move(pages)));
    return {};
  }

  // On Paho's thread: copy, enqueue, return.
  void take_in(std::string_view topic, std::string_view payload, Delivery delivery) {
    const auto up = wire::parse_up_topic(topic);
    if (!up) {
      ++metrics_.irregular_topics;
      return;
    }
    const std::string_view readable = wire::readable_part(payload);
    const bool taken = !disk_.is_shedding() && queue_.push(InboundMessage(up->device, up->stream, readable,
                                                                          clock_.wall_ms(), delivery));
    ++(taken ? metrics_.messages[up->stream] : metrics_.shed);
  }

  void broker_is_up() {
    ++metrics_.broker_connections;
    readiness_.set_broker(std::nullopt);
    {
      const std::lock_guard lock(announcing_);
      announced_.reset();  // the last will may stand there
    }
    announce();
    spdlog::info("ready");
  }

  void broker_is_lost(std::string_view reason) {
    spdlog::warn("broker: {}; trying again", reason);
    readiness_.set_broker("broker: " + std::string(reason));
  }

  // Every tick, on a thread of its own.
  void look_around() {
    disk_.check();
    announce();  // in case the broker could not take it when it was news
  }

  // Tells the devices whether to send, when they do not know yet. Several threads may come here at a time;
  // the later truth must stand last.
  void announce() {
    const std::lock_guard lock(announcing_);
    const bool can_land = readiness_.can_land();
    if (announced_ == can_land || !client_->ready()) return;  // not ready: on_ready will
    const auto status = can_land ? wire::status_online : wire::status_offline;
    const auto sent = client_->publish(wire::gateway_status_topic, status, true);
    if (!sent && !could_not_announce_) spdlog::warn("status: {}; trying again", sent.error().message);
    could_not_announce_ = !sent;
    if (sent) announced_ = can_land;
  }

  // How many messages the broker still owes a confirmation for, after farewell_patience at the latest.
  std::size_t await_confirmations() const {
    const std::int64_t deadline_ms = clock_.monotonic_ms() + farewell_patience.count();
    while (client_->unconfirmed() > 0 && clock_.monotonic_ms() < deadline_ms)
      std::this_thread::sleep_for(milliseconds(1));
    return client_->unconfirmed();
  }

  void stop_ingest() {
    queue_.close();
    if (ingest_thread_.joinable()) ingest_thread_.join();
  }

  const GatewayConfig config_;
  const FolderLock lock_;
  const SystemClock clock_;
  Metrics metrics_;
  Readiness readiness_;
  Roles roles_;
  InboundQueue queue_;
  DiskWatch disk_;
  std::optional<landing::Writer> writer_;
  std::optional<PayloadExpiry> expiry_;
  std::optional<Ingest> ingest_;
  std::mutex announcing_;
  std::optional<bool> announced_;    // what this connection's devices were told: that we can land, or cannot
  bool could_not_announce_ = false;  // and the log says so
  std::thread ingest_thread_;
  Result<void> ingest_result_;            // once its thread has ended
  std::unique_ptr<StatusServer> status_;  // these three call into all of the above, so they go first
  std::unique_ptr<mqtt::Client> client_;
  std::optional<AckSender> ack_sender_;
  std::optional<Ticker> ticker_;
};

}  // namespace

Result<std::unique_ptr<Gateway>> Gateway::start(const GatewayConfig& config) {
  auto lock = TRY(lock_store(config.store.dir));
  auto gateway = std::make_unique<WiredGateway>(config, std::move(lock));
  TRY(gateway->start());
  return gateway;
}

}  // namespace stedi::gateway
