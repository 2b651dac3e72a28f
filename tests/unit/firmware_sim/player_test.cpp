// The whole device against a gateway in memory: it acknowledges at once, or not at all.
#include "firmware_sim/player/player.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>
#include <set>

#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "firmware_sim/feed/recording_feed.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::firmware {
namespace {

// Lands batches by name, as a gateway does, and acknowledges those it is told to.
struct MemoryGateway {
  std::map<std::string, std::size_t> landed;  // batch name → records
  std::size_t received = 0;
  std::size_t acks_left = 1'000'000;
  std::vector<std::string> subscriptions;  // of the connection made last
  std::optional<mqtt::Will> will;
  std::map<std::string, std::set<std::string>> devices_of;  // by client id: whose acks it asked for
  std::set<std::string> senders_of_others;                  // who published for a device it has no acks of
  std::set<std::filesystem::path> role_files;
  bool online = true;
  std::set<Stream> refused;           // what it lands nothing of
  std::vector<std::string> odd_acks;  // that it sends before each good one
  std::size_t stray_acks = 0;         // that come before it says so
  std::function<void()> announce;     // says that it is online
  std::vector<GapRecord> gaps;

  std::size_t records() const {
    std::size_t sum = 0;
    for (const auto& [name, count] : landed) sum += count;
    return sum;
  }
};

class MemoryClient final : public mqtt::Client {
 public:
  MemoryClient(MemoryGateway& gateway, mqtt::Options options, mqtt::Handlers handlers)
      : gateway_(gateway), handlers_(std::move(handlers)), id_(options.client_id) {
    for (const std::string& topic : options.subscriptions)
      if (const auto device = wire::parse_ack_topic(topic))
        gateway_.devices_of[id_].insert(std::string(*device));
    gateway_.subscriptions = std::move(options.subscriptions);
    gateway_.will = std::move(options.will);
    gateway_.announce = [this, others = std::move(gateway_.announce)] {
      if (others) others();
      announce();
    };
  }
  Result<void> start() override {
    if (gateway_.online) announce();
    handlers_.on_ready();
    return {};
  }
  Result<void> publish(std::string_view topic, std::string_view payload, bool) override {
    const auto up = wire::parse_up_topic(topic);
    if (!up) return {};
    if (!gateway_.devices_of[id_].contains(std::string(up->device))) gateway_.senders_of_others.insert(id_);
    const auto decoded = decoder_.decode(up->stream, payload);
    const std::string name = std::string(topic) + decoded.name->boot + std::to_string(decoded.name->seq);
    ++gateway_.received;
    if (gateway_.refused.contains(up->stream)) return refuse(*up, *decoded.name);
    if (gateway_.landed.emplace(name, decoded.received_records()).second)
      gateway_.gaps.insert(gateway_.gaps.end(), decoded.gaps.begin(), decoded.gaps.end());
    if (gateway_.acks_left == 0) return {};
    --gateway_.acks_left;
    wire::Ack ack;
    ack.boot = decoded.name->boot;
    ack.acked[up->stream] = {{decoded.name->seq, decoded.name->seq}};
    for (const std::string& odd : gateway_.odd_acks) handlers_.on_message(wire::ack_topic(up->device), odd);
    handlers_.on_message(wire::ack_topic(up->device), wire::encode_ack(ack));
    return {};
  }
  std::size_t unconfirmed() const override { return 0; }
  bool ready() const override { return true; }
  void close(std::chrono::milliseconds) override {}

 private:
  Result<void> refuse(const wire::UpTopic& up, const wire::BatchName& name) {
    wire::Ack ack;
    ack.boot = name.boot;
    ack.refused.push_back({up.stream, name.seq, "bad_envelope"});
    handlers_.on_message(wire::ack_topic(up.device), wire::encode_ack(ack));
    return {};
  }
  void announce() {
    for (std::size_t i = 0; i < gateway_.stray_acks; ++i) handlers_.on_message(wire::ack_topic("d"), "{}");
    handlers_.on_message(wire::gateway_status_topic, wire::status_online);
  }

  MemoryGateway& gateway_;
  mqtt::Handlers handlers_;
  std::string id_;
  wire::PayloadDecoder decoder_;
};

// One customer and so many readings.
Recording recording_of(std::int64_t readings) {
  RecordingBuilder builder;
  builder.add(DeviceKind::website, website_name, Stream::customer,
              {1, builder.keep(R"({"email":"a@example.com"})")});
  for (std::int64_t i = 0; i < readings; ++i) {
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
    gateway_.announce = nullptr;  // of an earlier life
    PlayOptions options = options_;
    options.spool_dir = folder_ / "spool";
    options.roles_dir = folder_ / "roles";
    options.batch_records = batch_records_;
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
      if (watch_) watch_(status);
      for (const auto& file : std::filesystem::directory_iterator(folder_ / "roles"))
        gateway_.role_files.insert(file.path().filename());
    };
    RecordingFeed feed(recording_, options.batch_records);
    return play(feed, options, world);
  }

  Recording recording_ = recording_of(25);
  SystemClock clock_;
  stedi::test::TempDir folder_;
  MemoryGateway gateway_;
  std::atomic<bool> stop_{false};
  PlayStatus last_;
  PlayOptions options_;
  std::size_t batch_records_ = 10;
  std::function<void(const PlayStatus&)> watch_;  // sees every progress
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

// It stood still for ever: what says that a gateway listens was dropped with the acks.
TEST_F(PlayerTest, AGatewayThatComesWhileTheInboxIsFullIsHeard) {
  constexpr int patient_turns = 200;  // reached only when it stands still
  gateway_.online = false;
  gateway_.stray_acks = max_inbox_messages + 1;
  int turns = 0;
  watch_ = [&](const PlayStatus& status) {
    if (status.records_sealed == 26 && !std::exchange(gateway_.online, true)) gateway_.announce();
    if (++turns == patient_turns) stop_ = true;
  };
  const auto summary = play_it();
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_FALSE(summary->interrupted);
  EXPECT_EQ(summary->records, 26U);
  EXPECT_EQ(summary->dropped_acks, 1U);
}

// It said "nothing is lost" of a spool that was deleted under it.
TEST_F(PlayerTest, ASpoolThatIsGoneEndsItAndIsNotCalledSafe) {
  gateway_.acks_left = 1;
  watch_ = [&](const PlayStatus& status) {
    if (status.records_sealed < 26) return;
    std::filesystem::remove_all(folder_ / "spool");
    stop_ = true;
  };
  const auto summary = play_it();
  ASSERT_FALSE(summary);
  EXPECT_NE(summary.error().message.find((folder_ / "spool" / "spool.db").string() + " was deleted"),
            std::string::npos)
      << summary.error().message;
}

TEST_F(PlayerTest, AcksThatSayNothingChangeNothingAndAreInTheSummary) {
  gateway_.odd_acks = {"{not json",
                       R"({"v":1,"boot":"another","acked":{},)"
                       R"("refused":[{"stream":"accelerometer","seq":1,"reason":"bad_envelope"}]})"};
  const auto summary = play_it();
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->records, 26U);
  EXPECT_EQ(summary->unreadable_acks, 4U) << "one a batch";
  EXPECT_EQ(summary->unmatched_refusals, 4U);
  EXPECT_EQ(summary->refused_batches, 0U);
  EXPECT_EQ(summary->dropped_acks, 0U);
}

TEST_F(PlayerTest, AcksOfEveryDeviceAndTheGatewayStatusAreSubscribed) {
  ASSERT_TRUE(play_it());
  EXPECT_EQ(gateway_.subscriptions.size(), 3U);
  EXPECT_EQ(gateway_.subscriptions.front(), wire::gateway_status_topic);
  ASSERT_TRUE(gateway_.will);
  EXPECT_EQ(gateway_.will->payload, wire::status_offline);
}

TEST_F(PlayerTest, TheWebsiteRoleStandsWhileItPlaysAndIsGoneAfterwards) {
  const mode_t before = ::umask(0);
  watch_ = [this](const PlayStatus&) {
    for (const auto& file : std::filesystem::directory_iterator(folder_ / "roles"))
      EXPECT_EQ(file.status().permissions() &
                    (std::filesystem::perms::group_write | std::filesystem::perms::others_write),
                std::filesystem::perms::none);
  };
  const auto played = play_it();
  ::umask(before);
  ASSERT_TRUE(played) << played.error().message;
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

// ---- Connections

TEST_F(PlayerTest, EachDeviceHasAConnectionOfItsOwnOrSharesOneAsTold) {
  for (const auto& [asked, made] : {std::pair{0, 2}, {1, 1}, {2, 2}, {5, 2}}) {
    std::filesystem::remove_all(folder_ / "spool");
    gateway_ = {};
    options_.fleet.connections = static_cast<std::size_t>(asked);
    const auto summary = play_it();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->records, 26U);
    EXPECT_EQ(summary->devices, 2U);
    EXPECT_EQ(summary->connections, static_cast<std::size_t>(made));
    EXPECT_EQ(gateway_.devices_of.size(), static_cast<std::size_t>(made));
    std::size_t devices = 0;
    for (const auto& [client, subscribed] : gateway_.devices_of) devices += subscribed.size();
    EXPECT_EQ(devices, 2U) << "each device's acks come over one connection";
    EXPECT_TRUE(gateway_.senders_of_others.empty()) << "and its batches go over the same";
    EXPECT_EQ(gateway_.received, 4U);
  }
}

TEST_F(PlayerTest, WithSeveralConnectionsItGoesOnWithTheSameBatchesToo) {
  options_.fleet.connections = 0;
  gateway_.acks_left = 1;
  ASSERT_TRUE(play_it()->interrupted);
  gateway_.acks_left = 1'000'000;
  stop_ = false;
  options_.fleet.connections = 1;  // another number of connections is no other data set
  const auto resumed = play_it();
  ASSERT_TRUE(resumed);
  EXPECT_FALSE(resumed->interrupted);
  EXPECT_EQ(resumed->batches, 3U);
  EXPECT_EQ(gateway_.records(), 26U);
}

TEST_F(PlayerTest, LatenessIsMeasuredWhileTheDataKeepTheirTimeAndNotAtFullSpeed) {
  options_.speed = 1'000;
  const auto in_time = play_it();
  ASSERT_TRUE(in_time);
  EXPECT_EQ(in_time->lateness.total(), 4U) << "one a batch";
  std::filesystem::remove_all(folder_ / "spool");
  options_.speed = 0;
  EXPECT_EQ(play_it()->lateness.total(), 0U);
}

// ---- A full spool

TEST_F(PlayerTest, WhatAFullSpoolDropsReachesTheGatewayAsGaps) {
  for (const OverflowPolicy overflow : {OverflowPolicy::drop_oldest, OverflowPolicy::drop_newest}) {
    std::filesystem::remove_all(folder_ / "spool");
    gateway_ = {};
    gateway_.online = false;
    options_.spool.overflow = overflow;
    options_.spool.most_bytes = 900;  // one batch of ten readings and a customer
    watch_ = [this](const PlayStatus& status) {
      if (status.records_sealed == 26 && !std::exchange(gateway_.online, true)) gateway_.announce();
    };
    const auto summary = play_it();
    ASSERT_TRUE(summary) << summary.error().message;
    ASSERT_FALSE(gateway_.gaps.empty());
    std::int64_t lost = 0;
    for (const GapRecord& gap : gateway_.gaps) lost += gap.records;
    EXPECT_GT(lost, 0);
    EXPECT_EQ(summary->dropped, static_cast<std::size_t>(lost));
    EXPECT_EQ(summary->records + summary->dropped, 26U) << "landed or told";
    EXPECT_EQ(gateway_.records() - gateway_.gaps.size(), summary->records);
    EXPECT_EQ(gateway_.gaps.front().first_seq == 1, overflow == OverflowPolicy::drop_oldest);
    EXPECT_FALSE(summary->interrupted);
    EXPECT_EQ(play_it()->batches, 0U) << "nothing is owed any more";
  }
}

TEST_F(PlayerTest, AGatewayThatRefusesFillsTheSpoolToItsBoundAndTheDeviceSaysSo) {
  gateway_.refused = {Stream::accelerometer};
  options_.spool.most_bytes = 900;
  const auto summary = play_it();
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_TRUE(summary->full_of_refused);
  EXPECT_TRUE(summary->interrupted);
  EXPECT_EQ(summary->records, 1U) << "the customer";
  EXPECT_EQ(summary->refused_batches, 2U) << "the third was not accepted any more";
  EXPECT_EQ(summary->refused_now, 2U);
  EXPECT_EQ(last_.records_sealed, 21U);

  gateway_.refused.clear();
  options_.spool.most_bytes = 10'000;
  const auto resumed = play_it();
  ASSERT_TRUE(resumed);
  EXPECT_EQ(resumed->records, 5U) << "it goes on with what was not accepted";
  EXPECT_FALSE(resumed->interrupted);
  EXPECT_EQ(resumed->refused_batches, 2U);
}

TEST_F(PlayerTest, UnderADroppingPolicyRefusedReadingsGiveWayAndAreTold) {
  for (const OverflowPolicy overflow : {OverflowPolicy::drop_oldest, OverflowPolicy::drop_newest}) {
    std::filesystem::remove_all(folder_ / "spool");
    gateway_ = {};
    gateway_.refused = {Stream::accelerometer};
    options_.spool.overflow = overflow;
    options_.spool.most_bytes = 900;
    const auto summary = play_it();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_FALSE(summary->interrupted);
    EXPECT_EQ(summary->records, 1U);
    std::int64_t told = 0;
    for (const GapRecord& gap : gateway_.gaps) told += gap.records;
    EXPECT_GT(told, 0);
    EXPECT_EQ(summary->dropped, static_cast<std::size_t>(told));
    EXPECT_LT(summary->refused_batches, 3U);
    EXPECT_GT(summary->refused_now, 0U);
  }
}

// ---- When accepted batches are fsynced

// Transactions in a write-ahead log: frames whose header says how large the file is after the commit.
int commits_in(const std::filesystem::path& wal) {
  const std::string bytes = stedi::test::read_text(wal);
  int commits = 0;
  for (std::size_t frame = 32; frame + 24 <= bytes.size(); frame += 24 + 4096)
    if (bytes.substr(frame + 4, 4) != std::string(4, '\0')) ++commits;
  return commits;
}

TEST_F(PlayerTest, AnFsyncForEveryBatchOrOneForAllThatAreDue) {
  const auto commits = [this](FsyncPolicy policy) {
    std::filesystem::remove_all(folder_ / "spool");
    gateway_.online = false;
    stop_ = false;
    options_.fsync = policy;
    int seen = 0;
    watch_ = [this, &seen](const PlayStatus& status) {
      if (status.waiting_batches < 4) return;
      seen = commits_in(folder_ / "spool" / "spool.db-wal");
      stop_ = true;
    };
    EXPECT_TRUE(play_it());
    return seen;
  };
  const int grouped = commits({FsyncPolicy::Kind::group, 0});
  EXPECT_EQ(commits({FsyncPolicy::Kind::every_batch, 0}), grouped + 3) << "four batches";
  EXPECT_EQ(commits({FsyncPolicy::Kind::group, 30}), grouped);
}

TEST_F(PlayerTest, NothingIsPublishedBeforeItsGroupIsFsyncedAndAStopFsyncsIt) {
  options_.fsync = {FsyncPolicy::Kind::group, max_fsync_group_ms};
  int rounds = 0;
  watch_ = [&](const PlayStatus& status) {
    EXPECT_EQ(status.waiting_batches, 0U);
    if (++rounds == 2) stop_ = true;
  };
  ASSERT_TRUE(play_it());
  EXPECT_EQ(gateway_.received, 0U);
  stop_ = false;
  watch_ = nullptr;
  options_.fsync = {};
  const auto resumed = play_it();
  EXPECT_EQ(resumed->sealed_earlier, 26U);
  EXPECT_EQ(gateway_.records(), 26U);
}

TEST_F(PlayerTest, AGroupIsFsyncedAtItsLimitOfBatchesWhateverTheMilliseconds) {
  recording_ = recording_of(max_commit_batches + 2);
  batch_records_ = 1;
  options_.fsync = {FsyncPolicy::Kind::group, max_fsync_group_ms};
  gateway_.online = false;
  std::size_t accepted = 0;
  watch_ = [&](const PlayStatus& status) {
    if (status.waiting_batches == 0) return;
    accepted = status.waiting_batches;
    stop_ = true;
  };
  ASSERT_TRUE(play_it());
  EXPECT_EQ(accepted, max_commit_batches);
}

TEST_F(PlayerTest, ASpoolOfAnotherDataSetIsRefused) {
  ASSERT_TRUE(Spool::open(folder_ / "spool", {"another", ""}, clock_));
  const auto refused = play_it();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::usage);
}

}  // namespace
}  // namespace stedi::firmware
