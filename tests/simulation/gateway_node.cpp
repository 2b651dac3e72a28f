#include "tests/simulation/gateway_node.hpp"

#include "core/wire/topic.hpp"
#include "lakehouse/landing/store.hpp"
#include "tests/simulation/trace.hpp"

namespace stedi::simulation {

namespace {

constexpr std::int64_t start_of_time_ms = 1'700'000'000'000;
constexpr std::chrono::milliseconds at_once{0};

std::filesystem::path made(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  return folder;
}

}  // namespace

GatewayNode::GatewayNode(const std::filesystem::path& store_dir, const GatewayLimits& limits,
                         Network& network, Mutation mutation)
    : clock_(start_of_time_ms),
      store_dir_(made(store_dir)),
      disk_(store_dir_, machine_),
      limits_(limits),
      network_(network),
      mutation_(mutation) {
  if (mutation == Mutation::gateway_disk_lies) disk_.make_a_liar();
}

// ---- A life of it

GatewayNode::Process::Process(landing::Writer opened, const GatewayLimits& limits, GatewayNode& owner)
    : node(owner),
      queue(limits.queue),
      writer(std::move(opened)),
      ingest(limits.group, queue, writer, owner.clock_, metrics, readiness, ports()) {}

GatewayNode::Process::~Process() {
  node.counts_.duplicates += metrics.duplicates;
  node.counts_.withheld += metrics.withheld;
  node.counts_.shed += metrics.shed;
  node.counts_.failed_groups += metrics.store_failures;
}

gateway::IngestPorts GatewayNode::Process::ports() {
  gateway::IngestPorts made;
  made.publish = [this](std::string_view topic, std::string_view payload) {
    return client->publish(topic, payload, false).has_value();
  };
  made.on_store_changed = [this] { announce(); };
  return made;
}

void GatewayNode::Process::connect() {
  mqtt::Options options;
  options.will = mqtt::Will{std::string(wire::gateway_status_topic), std::string(wire::status_offline)};
  mqtt::Handlers handlers;
  handlers.on_message = [this](std::string_view topic, std::string_view payload) { take_in(topic, payload); };
  handlers.on_ready = [this] {
    readiness.set_broker(std::nullopt);
    announce();
  };
  handlers.on_lost = [this](std::string_view) { readiness.set_broker("lost"); };
  client = node.network_.make_client(Peer::gateway, node.machine_, std::move(options), std::move(handlers));
  static_cast<void>(client->start());
}

void GatewayNode::Process::take_in(std::string_view topic, std::string_view payload) {
  const auto up = wire::parse_up_topic(topic);
  if (!up) return;
  std::string bytes(node.mutation_ == Mutation::batch_altered ? " " : "");
  bytes.append(payload);
  if (!queue.push({up->device, up->stream, bytes, node.clock_.wall_ms()})) {
    ++metrics.shed;
  } else if (node.mutation_ == Mutation::ack_before_commit ||
             (node.mutation_ == Mutation::swap_unseen && node.is_swapped_)) {
    node.acknowledge_unread(*up, payload);
  }
}

void GatewayNode::Process::announce() {
  if (!client->ready()) return;
  const auto status = readiness.can_land() ? wire::status_online : wire::status_offline;
  static_cast<void>(client->publish(wire::gateway_status_topic, status, true));
}

// ---- The node

void GatewayNode::boot() {
  if (is_up()) return;
  if (mutation_ == Mutation::forget_watermarks) forget_watermarks();
  landing::WriterOptions options;
  options.speaks_for_everyone = [](std::string_view) { return true; };
  options.max_ranges_per_source = limits_.max_ranges_per_source;
  options.conflict_window = limits_.conflict_window;
  options.checkpoint_every_batches = limits_.checkpoint_every_batches;
  auto writer = landing::Writer::open(store_dir_, std::move(options), clock_);
  if (!writer) {
    if (!machine_.is_dead()) trouble_ = writer.error().message;
    return;
  }
  trace("gateway: boot");
  process_ = std::make_unique<Process>(std::move(*writer), limits_, *this);
  process_->connect();
}

void GatewayNode::turn() {
  if (is_up()) static_cast<void>(process_->ingest.run_once(at_once));
}

void GatewayNode::stop() {
  if (!is_up()) return;
  trace("gateway: told to stop");
  process_->readiness.set_stopping();
  process_->queue.close();
  while (process_->ingest.run_once(at_once) == gateway::Ingest::Turn::committed) {
  }
  static_cast<void>(process_->writer.save_watermarks());
  process_->announce();
  process_->client->close(at_once);
  kill();
}

void GatewayNode::kill() {
  process_.reset();
  is_swapped_ = false;
}

void GatewayNode::swap_store() {
  if (!is_up() || is_swapped_) return;
  trace("gateway: its store is swapped");
  for (const char* const suffix : {"", "-wal"}) {
    const std::string file = landing::landing_file(store_dir_).string() + suffix;
    std::filesystem::copy_file(file, file + ".copy");
    std::filesystem::rename(file + ".copy", file);
    disk_.forget(file);  // the copy is whole
  }
  is_swapped_ = true;
}

void GatewayNode::acknowledge_unread(const wire::UpTopic& up, std::string_view payload) {
  const auto batch = decoder_.decode(up.stream, payload);
  wire::Ack ack;
  ack.boot = batch.name->boot;
  ack.acked[up.stream] = {{batch.name->seq, batch.name->seq}};
  static_cast<void>(process_->client->publish(wire::ack_topic(up.device), wire::encode_ack(ack), false));
}

void GatewayNode::forget_watermarks() {
  if (!std::filesystem::exists(landing::landing_file(store_dir_))) return;
  auto store = sqlite::Database::open(landing::landing_file(store_dir_), sqlite::Access::read_write);
  if (!store) return;
  static_cast<void>(store->execute(
      "DELETE FROM watermark;"
      "UPDATE watermark_checkpoint SET batch_id = (SELECT coalesce(max(batch_id), 0) FROM batch)"));
}

}  // namespace stedi::simulation
