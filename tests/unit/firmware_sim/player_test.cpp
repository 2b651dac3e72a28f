// The whole device against a gateway in memory: it acknowledges at once, or not at all.
#include "firmware_sim/player/player.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::firmware {
namespace {

// Lands batches by name, as a gateway does, and acknowledges those it is told to.
struct MemoryGateway {
  std::map<std::string, std::size_t> landed;  // batch name → records
  std::size_t received = 0;
  std::size_t acks_left = 1'000'000;
  std::vector<std::string> subscriptions;
  std::optional<mqtt::Will> will;
  std::set<std::filesystem::path> role_files;

  std::size_t records() const {
    std::size_t sum = 0;
    for (const auto& [name, count] : landed) sum += count;
    return sum;
  }
};

class MemoryClient final : public mqtt::Client {
 public:
  MemoryClient(MemoryGateway& gateway, mqtt::Options options, mqtt::Handlers handlers)
      : gateway_(gateway), handlers_(std::move(handlers)) {
    gateway_.subscriptions = std::move(options.subscriptions);
    gateway_.will = std::move(options.will);
  }
  Result<void> start() override {
    handlers_.on_message(wire::gateway_status_topic, wire::status_online);
    handlers_.on_ready();
    return {};
  }
  Result<void> publish(std::string_view topic, std::string_view payload, bool) override {
    const auto up = wire::parse_up_topic(topic);
    if (!up) return {};
    const auto decoded = decoder_.decode(up->stream, payload);
    const std::string name = std::string(topic) + decoded.name->boot + std::to_string(decoded.name->seq);
    ++gateway_.received;
    gateway_.landed.emplace(name, decoded.received_records());
    if (gateway_.acks_left == 0) return {};
    --gateway_.acks_left;
    wire::Ack ack;
    ack.boot = decoded.name->boot;
    ack.acked[up->stream] = {{decoded.name->seq, decoded.name->seq}};
    handlers_.on_message(wire::ack_topic(up->device), wire::encode_ack(ack));
    return {};
  }
  std::size_t unconfirmed() const override { return 0; }
  bool ready() const override { return true; }
  void close(std::chrono::milliseconds) override {}

 private:
  MemoryGateway& gateway_;
  mqtt::Handlers handlers_;
  wire::PayloadDecoder decoder_;
};

Recording small_recording() {
  RecordingBuilder builder;
  builder.add(DeviceKind::website, website_name, Stream::customer,
              {1, builder.keep(R"({"email":"a@example.com"})")});
  for (std::int64_t i = 0; i < 25; ++i) {
    builder.add(DeviceKind::phone, "a@example.com", Stream::accelerometer,
                {i, builder.keep(R"({"user":"a@example.com","timestamp":)" + std::to_string(i) +
                                 R"(,"x":0,"y":0,"z":0})")});
  }
  Recording recording = builder.finish();
  recording.digest = "small";
  return recording;
}

class PlayerTest : public ::testing::Test {
 protected:
  Result<PlaySummary> play_it() {
    PlayOptions options;
    options.spool_dir = folder_ / "spool";
    options.roles_dir = folder_ / "roles";
    options.batch_records = 10;
    PlayWorld world;
    world.clock = &clock_;
    world.stop = &stop_;
    world.make_client = [this](mqtt::Options connection,
                               mqtt::Handlers handlers) -> Result<std::unique_ptr<mqtt::Client>> {
      return std::make_unique<MemoryClient>(gateway_, std::move(connection), std::move(handlers));
    };
    world.on_progress = [this](const PlayStatus& status) {
      if (gateway_.acks_left == 0 && status.waiting_batches == 3) stop_ = true;
      last_ = status;
      for (const auto& file : std::filesystem::directory_iterator(folder_ / "roles"))
        gateway_.role_files.insert(file.path().filename());
    };
    return play(recording_, options, world);
  }

  const Recording recording_ = small_recording();
  SystemClock clock_;
  stedi::test::TempDir folder_;
  MemoryGateway gateway_;
  std::atomic<bool> stop_{false};
  PlayStatus last_;
};

TEST_F(PlayerTest, EverythingIsLandedOnceAndAcknowledged) {
  const auto summary = play_it();
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->records, 26U);
  EXPECT_EQ(summary->batches, 4U);
  EXPECT_EQ(summary->retries, 0U);
  EXPECT_FALSE(summary->interrupted);
  EXPECT_EQ(gateway_.records(), 26U);
  EXPECT_EQ(gateway_.received, 4U);
  EXPECT_EQ(last_.records_waiting, 0U);
}

TEST_F(PlayerTest, AcksOfEveryDeviceAndTheGatewayStatusAreSubscribed) {
  ASSERT_TRUE(play_it());
  EXPECT_EQ(gateway_.subscriptions.size(), 3U);
  EXPECT_EQ(gateway_.subscriptions.front(), wire::gateway_status_topic);
  ASSERT_TRUE(gateway_.will);
  EXPECT_EQ(gateway_.will->payload, wire::status_offline);
}

TEST_F(PlayerTest, TheWebsiteRoleStandsWhileItPlaysAndIsGoneAfterwards) {
  ASSERT_TRUE(play_it());
  ASSERT_EQ(gateway_.role_files.size(), 1U);
  EXPECT_EQ(gateway_.role_files.begin()->extension(), ".toml");
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "roles"));
}

TEST_F(PlayerTest, PlayedAgainFromTheSameSpoolItSendsNothing) {
  ASSERT_TRUE(play_it());
  const auto again = play_it();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->records, 0U);
  EXPECT_EQ(again->sealed_earlier, 26U);
  EXPECT_EQ(gateway_.received, 4U);
}

TEST_F(PlayerTest, StoppedBeforeTheAcksItGoesOnWithTheSameBatches) {
  gateway_.acks_left = 1;
  const auto stopped = play_it();
  ASSERT_TRUE(stopped);
  EXPECT_TRUE(stopped->interrupted);
  EXPECT_EQ(stopped->batches, 1U);
  EXPECT_EQ(gateway_.records(), 26U) << "landed, but three batches were never acknowledged";

  gateway_.acks_left = 1'000'000;
  stop_ = false;
  const auto resumed = play_it();
  ASSERT_TRUE(resumed);
  EXPECT_FALSE(resumed->interrupted);
  EXPECT_EQ(resumed->batches, 3U);
  EXPECT_EQ(gateway_.received, 7U);
  EXPECT_EQ(gateway_.records(), 26U) << "the same names: nothing is landed twice";
}

TEST_F(PlayerTest, ASpoolOfAnotherDataSetIsRefused) {
  ASSERT_TRUE(Spool::open(folder_ / "spool", {"another", ""}, clock_));
  const auto refused = play_it();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::usage);
}

}  // namespace
}  // namespace stedi::firmware
