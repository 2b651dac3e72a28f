// The gateway's configuration. The defaults here are those of config/gateway.toml; a test holds them equal.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/config/config_table.hpp"
#include "core/record/limits.hpp"
#include "core/result.hpp"
#include "gateway/disk_watch.hpp"
#include "gateway/inbound_queue.hpp"
#include "gateway/ingest.hpp"

namespace stedi::gateway {

struct BrokerConfig {
  std::string url = "mqtt://127.0.0.1:1883";
  std::string client_id = "stedi-gateway";
  std::string username;
  std::string password;
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
  std::chrono::seconds keep_alive{15};
  std::chrono::milliseconds reconnect_min{100};
  std::chrono::milliseconds reconnect_max{10'000};
  int max_unconfirmed_acks = 4096;

  bool operator==(const BrokerConfig&) const = default;
};

struct StoreConfig {
  std::filesystem::path dir = "stedi-store";
  std::filesystem::path keys;  // empty: DIR-keys
  std::size_t max_ranges_per_source = 64;
  std::size_t conflict_window = 65'536;
  std::int64_t checkpoint_every_batches = 65'536;

  bool operator==(const StoreConfig&) const = default;
};

struct HttpAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8350;  // 0: a free one

  bool operator==(const HttpAddress&) const = default;
};

struct RolesConfig {
  std::vector<std::string> website;
  std::optional<std::filesystem::path> dir;

  bool operator==(const RolesConfig&) const = default;
};

struct QuarantineConfig {
  std::int64_t payload_days = 30;  // 0: for ever

  bool operator==(const QuarantineConfig&) const = default;
};

struct GatewayConfig {
  BrokerConfig broker;
  StoreConfig store;
  DiskLimits disk;
  QuarantineConfig quarantine;
  HttpAddress http;
  QueueLimits queue;
  GroupLimits group;
  RolesConfig roles;
  std::string log_level = "info";

  bool operator==(const GatewayConfig&) const = default;
};

// What the command line says above the file.
struct Overrides {
  std::optional<std::filesystem::path> store;
  std::optional<std::filesystem::path> keys;
  std::optional<std::string> broker_url;
  std::optional<std::string> http;
};

// The least and the most that a key may say; what has no `min_` here begins at 1, or at 0 where that turns it
// off.
namespace config_limits {
inline constexpr std::int64_t max_duration_ms = 3'600'000;
inline constexpr std::int64_t max_keep_alive_s = 3'600;
inline constexpr std::int64_t max_unconfirmed_acks = 60'000;  // an MQTT packet's number has 16 bits
inline constexpr std::int64_t max_ranges_per_source = 4'096;  // each is looked at for every batch
inline constexpr std::int64_t max_conflict_window = 10'000'000;
inline constexpr std::int64_t max_checkpoint_every_batches = 10'000'000;
// A few of the largest messages, of which at most max_message_bytes and a little are kept.
inline constexpr std::int64_t min_queue_bytes = 4 * static_cast<std::int64_t>(limits::max_message_bytes);
inline constexpr std::int64_t max_queue_bytes = std::int64_t{1} << 32;
inline constexpr std::int64_t max_queue_messages = 10'000'000;
inline constexpr std::int64_t max_group_records = 1'000'000;
inline constexpr std::int64_t max_group_delay_ms = 60'000;
inline constexpr std::int64_t max_disk_bytes = std::int64_t{1} << 50;
}  // namespace config_limits

// Usage errors that name file, key and expected type.
Result<GatewayConfig> read_config(ConfigTable table);
// HOST:PORT, [IPV6]:PORT; usage error.
Result<HttpAddress> parse_http_address(std::string_view text);
// Puts the command line above the file and checks what only shows in the whole: the broker's URL, and that
// the keys are outside the store.
Result<void> complete(GatewayConfig& config, const Overrides& overrides);

}  // namespace stedi::gateway
