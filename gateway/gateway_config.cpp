#include "gateway/gateway_config.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/config/roles_dir.hpp"
#include "core/file/inside.hpp"
#include "core/mqtt/broker_url.hpp"
#include "lakehouse/landing/expire_payloads.hpp"

namespace stedi::gateway {

namespace {

using namespace config_limits;

std::size_t size(ConfigTable& table, std::string_view key, std::size_t fallback, std::int64_t least,
                 std::int64_t most) {
  return static_cast<std::size_t>(table.integer(key, static_cast<std::int64_t>(fallback), least, most));
}

std::chrono::milliseconds duration_ms(ConfigTable& table, std::string_view key,
                                      std::chrono::milliseconds fallback, std::int64_t least) {
  return std::chrono::milliseconds(table.integer(key, fallback.count(), least, max_duration_ms));
}

void read_broker(ConfigTable table, BrokerConfig& broker) {
  broker.url = table.text("url", broker.url);
  broker.client_id = table.text("client_id", broker.client_id);
  broker.username = table.text("username", broker.username);
  broker.password = table.text("password", broker.password);
  broker.ca_file = table.text("ca_file", broker.ca_file);
  broker.cert_file = table.text("cert_file", broker.cert_file);
  broker.key_file = table.text("key_file", broker.key_file);
  broker.keep_alive =
      std::chrono::seconds(table.integer("keep_alive_s", broker.keep_alive.count(), 1, max_keep_alive_s));
  broker.reconnect_min = duration_ms(table, "reconnect_min_ms", broker.reconnect_min, 1);
  broker.reconnect_max = duration_ms(table, "reconnect_max_ms", broker.reconnect_max, 1);
  if (broker.reconnect_max < broker.reconnect_min)
    table.reject("reconnect_max_ms", "an integer not below reconnect_min_ms");
  broker.max_unconfirmed_acks = static_cast<int>(
      table.integer("max_unconfirmed_acks", broker.max_unconfirmed_acks, 1, max_unconfirmed_acks));
}

void read_store(ConfigTable table, StoreConfig& store) {
  store.dir = table.text("dir", store.dir.string());
  if (store.dir.empty()) table.reject("dir", "a folder");
  store.keys = table.text("keys", store.keys.string());
  store.max_ranges_per_source =
      size(table, "max_ranges_per_source", store.max_ranges_per_source, 1, max_ranges_per_source);
  store.conflict_window = size(table, "conflict_window", store.conflict_window, 1, max_conflict_window);
  store.checkpoint_every_batches = table.integer("checkpoint_every_batches", store.checkpoint_every_batches,
                                                 1, max_checkpoint_every_batches);
}

void read_disk(ConfigTable table, DiskLimits& disk) {
  disk.warn_free_bytes = table.integer("warn_free_bytes", disk.warn_free_bytes, 0, max_disk_bytes);
  disk.min_free_bytes = table.integer("min_free_bytes", disk.min_free_bytes, 0, max_disk_bytes);
  if (disk.warn_free_bytes < disk.min_free_bytes)
    table.reject("warn_free_bytes", "an integer not below min_free_bytes");
}

void read_ingest(ConfigTable table, GatewayConfig& config) {
  config.queue.max_bytes =
      size(table, "queue_bytes", config.queue.max_bytes, min_queue_bytes, max_queue_bytes);
  config.queue.max_messages = size(table, "queue_messages", config.queue.max_messages, 1, max_queue_messages);
  config.group.max_records =
      table.integer("max_group_records", config.group.max_records, 1, max_group_records);
  config.group.max_bytes = table.integer("max_group_bytes", config.group.max_bytes, 1, max_queue_bytes);
  config.group.max_delay_ms =
      table.integer("max_group_delay_ms", config.group.max_delay_ms, 1, max_group_delay_ms);
  config.group.quiet = duration_ms(table, "group_quiet_ms", config.group.quiet, 0);
  config.group.retry_min = duration_ms(table, "store_retry_min_ms", config.group.retry_min, 1);
  config.group.retry_max = duration_ms(table, "store_retry_max_ms", config.group.retry_max, 1);
  if (config.group.retry_max < config.group.retry_min)
    table.reject("store_retry_max_ms", "an integer not below store_retry_min_ms");
}

void read_http(ConfigTable table, HttpAddress& http) {
  if (!table.has("listen")) return;
  if (auto address = parse_http_address(table.text("listen", ""))) {
    http = *address;
  } else {
    table.reject("listen", "HOST:PORT");
  }
}

void read_roles(ConfigTable table, RolesConfig& roles) {
  roles.website = table.texts("website");
  const auto is_no_device = [](const std::string& device) {
    return device.empty() || device.size() > limits::max_device_id_bytes ||
           device.find_first_of("/+#") != std::string::npos;
  };
  if (std::any_of(roles.website.begin(), roles.website.end(), is_no_device))
    table.reject("website", "device ids, spelled as in topics");
  const std::string dir = table.text("roles_dir", "");
  if (dir == "default") {
    roles.dir = default_roles_dir();
  } else if (!dir.empty()) {
    roles.dir = dir;
  }
}

void read_log(ConfigTable table, std::string& level) {
  level = table.text("level", level);
  constexpr std::array levels = {"debug", "info", "warn", "error"};
  if (std::find(levels.begin(), levels.end(), level) == levels.end())
    table.reject("level", "one of debug, info, warn, error");
}

}  // namespace

Result<HttpAddress> parse_http_address(std::string_view text) {
  HttpAddress address;
  const std::size_t colon = text.rfind(':');
  const auto bad = [] { return usage_error("status address: expected HOST:PORT"); };
  if (colon == std::string_view::npos || colon == 0) return bad();
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size() || host.empty()) return bad();
  address.host = host;
  return address;
}

Result<GatewayConfig> read_config(ConfigTable table) {
  GatewayConfig config;
  read_broker(table.table("broker"), config.broker);
  read_store(table.table("store"), config.store);
  read_disk(table.table("disk"), config.disk);
  read_ingest(table.table("ingest"), config);
  config.quarantine.payload_days =
      table.table("quarantine")
          .integer("payload_days", config.quarantine.payload_days, 0, landing::max_payload_days);
  read_http(table.table("http"), config.http);
  read_roles(table.table("roles"), config.roles);
  read_log(table.table("log"), config.log_level);
  TRY(table.finish());
  return config;
}

Result<void> complete(GatewayConfig& config, const Overrides& overrides) {
  if (overrides.store) config.store.dir = *overrides.store;
  if (overrides.keys) config.store.keys = *overrides.keys;
  if (overrides.broker_url) config.broker.url = *overrides.broker_url;
  if (overrides.http) {
    config.http = TRY_IN("--http", parse_http_address(*overrides.http));
  }
  if (config.store.dir.empty()) return usage_error("--store: expected a folder");
  TRY(mqtt::parse_broker_url(config.broker.url));
  if (config.store.keys.empty()) config.store.keys = resolved(config.store.dir).string() + "-keys";
  if (is_inside(config.store.keys, config.store.dir))
    return usage_error(
        "keys: " + config.store.keys.string() +
        " is inside the store: choose a folder outside, so that a copy of the store holds no keys");
  return {};
}

}  // namespace stedi::gateway
