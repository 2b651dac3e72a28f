#include "firmware_sim/cli/play_command.hpp"

#include <algorithm>
#include <optional>

#include "core/mqtt/broker_url.hpp"
#include "core/mqtt/connection_pool.hpp"
#include "core/mqtt/paho_client.hpp"
#include "firmware_sim/cli/descriptor_limit.hpp"
#include "firmware_sim/spool/folder_lock.hpp"

namespace stedi::firmware {

namespace {

// Of a run with faults, in the spool's folder.
constexpr const char* fault_log_name = "faults.ndjson";
constexpr const char* accepted_log_name = "accepted.log";

constexpr std::size_t cache_kib_a_device = 2;  // a fleet's spool: the pages that its devices' batches touch

// One connection is Paho's; several are driven together, by one thread.
Result<MakeClient> client_maker(const FleetOptions& fleet, std::size_t devices,
                                std::optional<mqtt::ConnectionPool>& pool) {
  const std::size_t connections = fleet.connections == 0 ? devices : std::min(fleet.connections, devices);
  if (connections <= 1) return mqtt::make_paho_client;
  TRY(allow_connections(connections));
  pool.emplace();
  return [&pool](mqtt::Options options, mqtt::Handlers handlers) {
    return pool->make_client(std::move(options), std::move(handlers));
  };
}

}  // namespace

Result<int> play_and_report(const Command& command, Feed& feed, const PlayExtras& extras,
                            const std::atomic<bool>& stop) {
  const SystemClock clock;
  PlayOptions options = command.play;
  options.fleet.connections = command.connections.value_or(extras.connections);
  options.spool.cache_kib = std::max(options.spool.cache_kib, feed.devices().size() * cache_kib_a_device);
  std::optional<mqtt::ConnectionPool> pool;
  auto make_client = TRY(client_maker(options.fleet, feed.devices().size(), pool));
  const auto broker = TRY(mqtt::parse_broker_url(command.play.connection.broker_url));
  ProgressLine progress(clock, broker.address());  // without a password
  PlayWorld world;
  world.clock = &clock;
  world.make_client = make_client;
  world.stop = &stop;
  world.on_spool_open = extras.on_spool_open;
  world.on_progress = [&progress](const PlayStatus& status) { progress.show(status); };
  std::unique_ptr<FaultLog> log;
  std::unique_ptr<FaultLayer> faults;
  if (extras.faults) {
    TRY(make_private_folder(options.spool_dir));
    if (options.spool.accepted_log.empty())
      options.spool.accepted_log = options.spool_dir / accepted_log_name;
    log = TRY(FaultLog::open(options.spool_dir / fault_log_name));
    faults = std::make_unique<FaultLayer>(*extras.faults, make_client, clock, *log);
    world.faults = faults.get();
    world.make_client = [&faults](mqtt::Options connection, mqtt::Handlers handlers) {
      return faults->make_client(std::move(connection), std::move(handlers));
    };
  }
  auto summary = play(feed, options, world);
  progress.finish();
  if (!summary) return Failure(summary.error());
  if (log) summary->faults = log->counts();
  const auto format = command.json_summary ? SummaryFormat::json : extras.summary;
  return report_summary(*summary, format, command.play.spool_dir.string());
}

}  // namespace stedi::firmware
