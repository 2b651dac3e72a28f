// The daemon as a whole, in this process and as a program, against a real broker.
#include "gateway/gateway.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>

#include "core/wire/envelope.hpp"
#include "lakehouse/landing/store.hpp"
#include "tests/unit/gateway/gateway_program.hpp"

namespace stedi::gateway {
namespace {

using test::batch;
using test::device;
using test::GatewayProgram;
using test::program;
using test::wait_until;

TEST_F(GatewayProgram, LandsWhatComesAndStopsWhenTold) {
  const test::Mosquitto broker;
  start(broker.url());
  ASSERT_TRUE(becomes_ready());
  EXPECT_EQ(get("/healthz")->status, 200);
  publish(broker, "accelerometer", batch(1));
  publish(broker, "accelerometer", batch(2));
  ASSERT_TRUE(shows("stedi_gateway_records_landed_total{stream=\"accelerometer\"} 2\n"));
  process_->send_signal(SIGTERM);
  EXPECT_EQ(process_->exit_status(), 0);
  EXPECT_EQ(rows(), 2);
  const auto status =
      mosquitto("mosquitto_sub", broker, {"-t", "stedi/v1/gateway/status", "-C", "1", "-W", "20"});
  EXPECT_NE(status.standard_output.find("offline"), std::string::npos);
  EXPECT_EQ(process_->standard_error().find("somebody"), std::string::npos) << "personal data in the log";
}

// The next start finds no readings there: somebody deleted the store, moved it or did not mount it.
TEST_F(GatewayProgram, SaysWhenItMakesANewStoreAndOnlyThen) {
  const std::string file = landing::landing_file(store()).string();
  const std::string said = "making a new, empty one";
  const test::Mosquitto broker;
  start(broker.url());
  EXPECT_NE(log_.find("store " + file + ": not there; " + said), std::string::npos) << log_;
  EXPECT_NE(log_.find("warn"), std::string::npos) << log_;
  process_->send_signal(SIGTERM);
  EXPECT_EQ(process_->exit_status(), 0);
  start(broker.url());
  EXPECT_EQ(log_.find(said), std::string::npos) << log_;
}

TEST_F(GatewayProgram, IsNotReadyWhileItsStoreIsElsewhere) {
  const test::Mosquitto broker;
  start(broker.url());
  ASSERT_TRUE(becomes_ready());
  std::filesystem::rename(store(), files_ / "elsewhere");
  ASSERT_TRUE(wait_until([&] { return get("/readyz")->status == 503; }));
  EXPECT_NE(get("/readyz")->body.find("landing.db is no longer at its path"), std::string::npos);
  publish(broker, "accelerometer", batch(1));
  std::filesystem::rename(files_ / "elsewhere", store());
  ASSERT_TRUE(becomes_ready());
  publish(broker, "accelerometer", batch(1));
  EXPECT_TRUE(shows("stedi_gateway_records_landed_total{stream=\"accelerometer\"} 1\n"));
}

TEST_F(GatewayProgram, IsNotReadyWhileItsBrokerIsAwayAndComesBackByItself) {
  test::Mosquitto broker;
  broker.kill_now();
  start(broker.url());
  ASSERT_TRUE(wait_until([&] {
    const auto answer = get("/readyz");
    return answer && answer->status == 503 && answer->body.find("broker: ") == 0;
  }));
  broker.start();
  ASSERT_TRUE(becomes_ready());
  publish(broker, "accelerometer", batch(1));
  EXPECT_TRUE(shows("stedi_gateway_records_landed_total{stream=\"accelerometer\"} 1\n"));
}

TEST_F(GatewayProgram, ARoleThatAppearsWhileItRunsIsHonoured) {
  const test::Mosquitto broker;
  start(broker.url());
  ASSERT_TRUE(becomes_ready());
  publish(broker, "customer", wire::seal_envelope({"boot", 1}, std::vector<std::string>{R"({"email":"a"})"}));
  publish(broker, "customer", wire::seal_envelope({"boot", 2}, std::vector<std::string>{R"({"email":"b"})"}));
  ASSERT_TRUE(shows("stedi_gateway_records_quarantined_total{stream=\"customer\"} 1\n"));
  std::filesystem::create_directory(files_ / "roles");
  test::write_text(files_ / "roles/shop.toml", std::string("website = [\"") + device + "\"]\n");
  using enum std::filesystem::perms;
  std::filesystem::permissions(files_ / "roles/shop.toml", owner_read | owner_write);
  publish(broker, "customer", wire::seal_envelope({"boot", 3}, std::vector<std::string>{R"({"email":"c"})"}));
  EXPECT_TRUE(shows("stedi_gateway_records_landed_total{stream=\"customer\"} 2\n"));
}

TEST_F(GatewayProgram, ASecondOneOnTheSameStoreFails) {
  const test::Mosquitto broker;
  start(broker.url());
  const auto second = test::run({program, "--config", STEDI_SOURCE_DIR "/config/gateway.toml", "--store",
                                 store().string(), "--broker", broker.url(), "--http", "127.0.0.1:0"});
  EXPECT_EQ(second.exit_status, 1);
  EXPECT_NE(second.standard_error.find("another gateway has it (process " + std::to_string(process_->pid())),
            std::string::npos)
      << second.standard_error;
}

TEST_F(GatewayProgram, ATakenStatusAddressFails) {
  const test::Mosquitto broker;
  start(broker.url());
  const auto second =
      test::run({program, "--config", STEDI_SOURCE_DIR "/config/gateway.toml", "--store",
                 (files_ / "other").string(), "--http", "127.0.0.1:" + std::to_string(port_)});
  EXPECT_EQ(second.exit_status, 1);
  EXPECT_NE(second.standard_error.find("cannot listen"), std::string::npos);
}

TEST_F(GatewayProgram, ANewerStoreIsRefused) {
  const SystemClock clock;
  {
    auto database = landing::open_landing_for_writing(store(), clock);
    ASSERT_TRUE(database) << database.error().message;
    ASSERT_TRUE(database->execute("PRAGMA user_version = 999"));
  }
  const auto refused =
      test::run({program, "--config", STEDI_SOURCE_DIR "/config/gateway.toml", "--store", store().string()});
  EXPECT_EQ(refused.exit_status, 1) << refused.standard_error;
}

TEST_F(GatewayProgram, WrongUsageAndConfigurationExitWithTwo) {
  EXPECT_EQ(test::run({program}).exit_status, 2);
  EXPECT_EQ(test::run({program, "--config", (files_ / "absent").string()}).exit_status, 2);
  test::write_text(files_ / "wrong.toml", "[ingest]\nqueue_bytes = 'many'\n");
  const auto wrong = test::run({program, "--config", (files_ / "wrong.toml").string()});
  EXPECT_EQ(wrong.exit_status, 2);
  EXPECT_NE(wrong.standard_error.find("wrong.toml:2: ingest.queue_bytes: expected an integer"),
            std::string::npos);
  const std::vector<std::string> good = {program, "--config", STEDI_SOURCE_DIR "/config/gateway.toml",
                                         "--store", store().string()};
  auto keys_inside = good;
  keys_inside.insert(keys_inside.end(), {"--keys", (store() / "keys").string()});
  EXPECT_EQ(test::run(keys_inside).exit_status, 2);
  EXPECT_FALSE(std::filesystem::exists(store()));
}

TEST_F(GatewayProgram, WrongUsageIsOneLineThatNamesTheProgram) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, {"--nonsense"}, {"--config"}}) {
    std::vector<std::string> command = {program};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const auto wrong = test::run(command);
    EXPECT_EQ(wrong.exit_status, 2);
    EXPECT_EQ(wrong.standard_error.find("stedi-gateway: "), 0U) << wrong.standard_error;
    EXPECT_EQ(std::count(wrong.standard_error.begin(), wrong.standard_error.end(), '\n'), 1)
        << wrong.standard_error;
  }
}

TEST_F(GatewayProgram, AStatusAddressThatIsNotOursIsWrongConfiguration) {
  for (const std::string address : {"nowhere.invalid:1", "203.0.113.7:0"}) {
    const auto wrong = test::run({program, "--config", STEDI_SOURCE_DIR "/config/gateway.toml", "--store",
                                  store().string(), "--http", address});
    EXPECT_EQ(wrong.exit_status, 2) << wrong.standard_error;
  }
}

TEST_F(GatewayProgram, ADamagedStoreIsRefusedWithInstructionsAndLeftAsItIs) {
  const SystemClock clock;
  ASSERT_TRUE(landing::open_landing_for_writing(store(), clock));
  const std::string damage(8'192, 'x');
  test::write_text(landing::landing_file(store()), damage);
  const auto refused =
      test::run({program, "--config", STEDI_SOURCE_DIR "/config/gateway.toml", "--store", store().string()});
  EXPECT_EQ(refused.exit_status, 1);
  EXPECT_NE(refused.standard_error.find("restore a backup"), std::string::npos) << refused.standard_error;
  EXPECT_EQ(test::read_text(landing::landing_file(store())), damage);
}

// A file size limit of the process is a full disk that a test can fill and empty.
TEST_F(GatewayProgram, AFileThatCannotGrowIsNotAcknowledgedAndTheGatewayGoesOnWhenItCan) {
  const test::Mosquitto broker;
  start(broker.url());
  ASSERT_TRUE(becomes_ready());
  publish(broker, "accelerometer", batch(1));
  ASSERT_TRUE(shows("stedi_gateway_acks_total 1\n"));
  rlimit limit{};
  ASSERT_EQ(::prlimit(process_->pid(), RLIMIT_FSIZE, nullptr, &limit), 0);
  const rlimit nothing{1, limit.rlim_max};
  ASSERT_EQ(::prlimit(process_->pid(), RLIMIT_FSIZE, &nothing, nullptr), 0);
  publish(broker, "accelerometer", batch(2));
  ASSERT_TRUE(shows("stedi_gateway_not_ready{cause=\"store\"} 1\n"));
  EXPECT_EQ(get("/readyz")->status, 503);
  EXPECT_NE(metrics().find("stedi_gateway_acks_total 1\n"), std::string::npos);
  ASSERT_EQ(::prlimit(process_->pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
  ASSERT_TRUE(becomes_ready());
  publish(broker, "accelerometer", batch(2));
  ASSERT_TRUE(shows("stedi_gateway_acks_total 2\n"));
  EXPECT_EQ(rows(), 2);
}

TEST_F(GatewayProgram, ADiskThatIsNearlyFullIsLeftAloneAndTheDevicesAreTold) {
  const test::Mosquitto broker;
  test::write_text(files_ / "full.toml",
                   "[disk]\nwarn_free_bytes = 1125899906842624\nmin_free_bytes = 1125899906842624\n");
  config_ = (files_ / "full.toml").string();
  start(broker.url());
  ASSERT_TRUE(shows("stedi_gateway_broker_connections_total 1\n"));
  publish(broker, "accelerometer", batch(1));
  ASSERT_TRUE(shows("stedi_gateway_messages_shed_total 1\n"));
  const auto answer = get("/readyz");
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body.find("disk: "), 0U) << answer->body;
  const auto status =
      mosquitto("mosquitto_sub", broker, {"-t", "stedi/v1/gateway/status", "-C", "1", "-W", "20"});
  EXPECT_NE(status.standard_output.find("offline"), std::string::npos);
  EXPECT_EQ(rows(), 0);
}

TEST_F(GatewayProgram, ARetainedBareReadingDoesNotLandAtEachStart) {
  const test::Mosquitto broker;
  const std::string topic = std::string("stedi/v1/").append(device).append("/accelerometer");
  const std::string reading =
      R"({"user":"somebody@example.com","timestamp":1655000000000,"x":1,"y":2,"z":3})";
  ASSERT_EQ(mosquitto("mosquitto_pub", broker, {"-r", "-t", topic, "-m", reading}).exit_status, 0);
  for (int i = 0; i < 2; ++i) {
    start(broker.url());
    ASSERT_TRUE(shows("stedi_gateway_messages_retained_total 1\n"));
    process_->send_signal(SIGTERM);
    ASSERT_EQ(process_->exit_status(), 0);
  }
  EXPECT_EQ(rows(), 0);
}

TEST_F(GatewayProgram, ABatchLargerThanTheWholeQueueIsQuarantinedOnceAndItsDeviceTold) {
  const test::Mosquitto broker;  // without the shipped limit of a packet
  test::write_text(files_ / "small.toml", "[ingest]\nqueue_bytes = 1048576\n");
  config_ = (files_ / "small.toml").string();
  start(broker.url());
  ASSERT_TRUE(becomes_ready());
  const std::string records(9'000'000, 'x');
  test::write_text(files_ / "batch", R"({"v":1,"boot":"boot","seq":1,"records":[)" + records + "]}");
  const std::string topic = std::string("stedi/v1/").append(device).append("/accelerometer");
  ASSERT_EQ(mosquitto("mosquitto_pub", broker, {"-t", topic, "-f", (files_ / "batch").string()}).exit_status,
            0);
  EXPECT_TRUE(shows("stedi_gateway_acks_total 1\n"));
  EXPECT_TRUE(shows("stedi_gateway_envelopes_refused_total 1\n")) << "it cannot be kept whole";
  EXPECT_TRUE(shows("stedi_gateway_records_quarantined_by_reason_total{reason=\"message_too_long\"} 1\n"));
  EXPECT_TRUE(shows("stedi_gateway_messages_shed_total 0\n"));
}

TEST_F(GatewayProgram, HelpExitsWithZero) {
  const auto help = test::run({program, "--help"});
  EXPECT_EQ(help.exit_status, 0);
  EXPECT_NE(help.standard_output.find("--config"), std::string::npos);
}

}  // namespace
}  // namespace stedi::gateway
