#include "tests/simulation/device_node.hpp"

#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "tests/simulation/trace.hpp"

namespace stedi::simulation {

namespace {

constexpr std::int64_t start_of_time_ms = 1'700'000'000'000;

std::filesystem::path made(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  return folder;
}

// Tells the device what only a gateway may: that its batch is on disk.
class GullibleClient final : public mqtt::Client {
 public:
  GullibleClient(std::unique_ptr<mqtt::Client> inner,
                 std::function<void(std::string_view, std::string_view)> on_message)
      : inner_(std::move(inner)), on_message_(std::move(on_message)) {}
  Result<void> start() override { return inner_->start(); }
  Result<void> publish(std::string_view topic, std::string_view payload, bool retain) override {
    auto published = inner_->publish(topic, payload, retain);
    const auto up = wire::parse_up_topic(topic);
    if (!published || !up) return published;
    const auto batch = decoder_.decode(up->stream, payload);
    wire::Ack ack;
    ack.boot = batch.name->boot;
    ack.acked[up->stream] = {{batch.name->seq, batch.name->seq}};
    on_message_(wire::ack_topic(up->device), wire::encode_ack(ack));
    return published;
  }
  std::size_t unconfirmed() const override { return inner_->unconfirmed(); }
  bool ready() const override { return inner_->ready(); }
  void close(std::chrono::milliseconds patience) override { inner_->close(patience); }

 private:
  std::unique_ptr<mqtt::Client> inner_;
  std::function<void(std::string_view, std::string_view)> on_message_;
  wire::PayloadDecoder decoder_;
};

}  // namespace

DeviceNode::DeviceNode(const std::filesystem::path& folder, const firmware::Recording& recording,
                       firmware::PlayOptions options, Network& network, Mutation mutation)
    : clock_(start_of_time_ms),
      disk_(made(folder / "spool"), machine_),
      feed_(recording, options.batch_records),
      options_(std::move(options)),
      network_(network),
      mutation_(mutation) {
  options_.spool_dir = folder / "spool";
  options_.roles_dir = folder;
  options_.spool.accepted_log = folder / "accepted.log";
  world_.clock = &clock_;
  world_.make_client = [this](mqtt::Options connection, mqtt::Handlers handlers) {
    return make_client(std::move(connection), std::move(handlers));
  };
  if (mutation == Mutation::device_disk_lies) disk_.make_a_liar();
}

Result<std::unique_ptr<mqtt::Client>> DeviceNode::make_client(mqtt::Options options,
                                                              mqtt::Handlers handlers) {
  const auto hear = handlers.on_message;
  handlers.on_message = [this, hear](std::string_view topic, std::string_view payload) {
    has_unread_ack_ = has_unread_ack_ || wire::parse_ack_topic(topic).has_value();
    hear(topic, payload);
  };
  auto client = network_.make_client(Peer::device, machine_, std::move(options), std::move(handlers));
  if (mutation_ == Mutation::delete_before_ack)
    return std::make_unique<GullibleClient>(std::move(client), hear);
  return client;
}

Result<void> DeviceNode::open() {
  auto spool = TRY(firmware::Spool::open(
      options_.spool_dir, {feed_.digest(), feed_.identity_seed(), feed_.name_key()}, clock_, options_.spool));
  spool_ = std::move(spool);
  player_ = std::make_unique<firmware::Player>(feed_, options_, world_, *spool_);
  return player_->start();
}

void DeviceNode::boot() {
  if (is_up()) return;
  has_unread_ack_ = false;
  trace("device: boot");
  if (auto opened = open(); !opened) give_up(opened.error());
}

void DeviceNode::turn() {
  if (!is_up()) return;
  const auto turned = player_->turn(std::chrono::milliseconds(0));
  if (!machine_.is_dead()) has_unread_ack_ = false;
  if (!turned) give_up(turned.error());
}

void DeviceNode::give_up(const Error& error) {
  trace("device:", machine_.is_dead() ? "dies:" : "ends:", error.message);
  if (!machine_.is_dead()) trouble_ = error.message;
  kill();
}

void DeviceNode::stop() {
  if (!is_up()) return;
  trace("device: told to stop");
  if (auto finished = player_->finish(); !finished) trouble_ = finished.error().message;
  player_->say_goodbye();
  kill();
}

void DeviceNode::kill() {
  trace("device: gone");
  player_.reset();
  spool_.reset();
}

}  // namespace stedi::simulation
