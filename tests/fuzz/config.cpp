// The gateway's configuration file.
#include "core/mqtt/broker_url.hpp"
#include "gateway/gateway_config.hpp"
#include "tests/fuzz/config_error.hpp"
#include "tests/fuzz/target.hpp"

namespace stedi::fuzz {

namespace {

Result<gateway::GatewayConfig> read(std::string_view text) {
  auto table = TRY(ConfigTable::parse(text, "gateway.toml"));
  return gateway::read_config(std::move(table));
}

void require_bounds(const gateway::GatewayConfig& config) {
  require(config.queue.max_bytes > 0 && config.queue.max_messages > 0, "the queue has room");
  require(config.group.max_records > 0 && config.group.max_delay_ms >= 0, "a group ends");
  require(config.group.retry_min.count() > 0, "a failing store is not asked without a pause");
  require(config.broker.reconnect_min.count() > 0, "a broker that is away is not asked without a pause");
  require(config.broker.max_unconfirmed_acks > 0, "an acknowledgement can be sent");
  require(config.store.checkpoint_every_batches > 0, "the watermarks are saved");
}

}  // namespace

void check(std::string_view input) {
  const auto config = read(input);
  require_error_laws(input, [](std::string_view text) {
    const auto outcome = read(text);
    return outcome ? std::string() : outcome.error().message;
  });
  if (!config) return;
  require_bounds(*config);
  require(*read(input) == *config, "reading is a function of the text");
  const auto url = mqtt::parse_broker_url(config->broker.url);
  if (!url) require_one_line(url.error().message);
  if (url) require(url->port > 0 && !url->host.empty(), "a broker's address is whole");
}

}  // namespace stedi::fuzz
