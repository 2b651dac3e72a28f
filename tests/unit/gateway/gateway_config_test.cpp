#include "gateway/gateway_config.hpp"

#include <gtest/gtest.h>

#include "core/config/roles_dir.hpp"
#include "lakehouse/landing/expire_payloads.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::gateway {
namespace {

Result<GatewayConfig> read(std::string_view text) {
  return read_config(ConfigTable::parse(text, "f.toml").value());
}

std::string error_of(std::string_view text) {
  const auto config = read(text);
  if (config) return "";
  EXPECT_EQ(config.error().fault, Fault::usage);
  return config.error().message;
}

TEST(GatewayConfig, TheShippedFileHoldsTheDefaultsAndTurnsTheRolesFolderOn) {
  const auto shipped = read_config(ConfigTable::load(STEDI_SOURCE_DIR "/config/gateway.toml").value());
  ASSERT_TRUE(shipped) << shipped.error().message;
  GatewayConfig expected;
  expected.roles.dir = default_roles_dir();
  EXPECT_EQ(*shipped, expected);
}

TEST(GatewayConfig, TheShippedFileNamesEveryKey) {
  // A key of the code that is missing there would leave its default unseen.
  auto table = ConfigTable::load(STEDI_SOURCE_DIR "/config/gateway.toml").value();
  EXPECT_EQ(table.table("broker").keys().size(), 11u);
  EXPECT_EQ(table.table("store").keys().size(), 5u);
  EXPECT_EQ(table.table("disk").keys().size(), 2u);
  EXPECT_EQ(table.table("ingest").keys().size(), 8u);
  EXPECT_EQ(table.table("quarantine").keys().size(), 1u);
}

TEST(GatewayConfig, AnEmptyFileIsTheDefaults) {
  const auto config = read("");
  ASSERT_TRUE(config);
  EXPECT_EQ(*config, GatewayConfig{});
}

TEST(GatewayConfig, ErrorsNameFileKeyAndType) {
  EXPECT_EQ(error_of("[ingest]\nqueue_bytes = 'x'"),
            "f.toml:2: ingest.queue_bytes: expected an integer from 1048576 to 4294967296, is a string");
  EXPECT_EQ(error_of("[ingest]\nqueue = 1"), "f.toml:2: ingest.queue: unknown key");
  EXPECT_EQ(error_of("[brokr]\nurl = ''"), "f.toml:1: brokr: unknown key");
  EXPECT_EQ(error_of("[http]\nlisten = 'x'"), "f.toml:2: http.listen: expected HOST:PORT, is a string");
  EXPECT_EQ(error_of("[log]\nlevel = 'loud'"),
            "f.toml:2: log.level: expected one of debug, info, warn, error, is a string");
  EXPECT_EQ(error_of("[roles]\nwebsite = ['a/b']"),
            "f.toml:2: roles.website: expected device ids as they stand in topics, is an array");
  EXPECT_NE(error_of("[disk]\nwarn_free_bytes = 1\nmin_free_bytes = 2"), "");
  EXPECT_NE(error_of("[quarantine]\npayload_days = -1"), "");
  EXPECT_EQ(read("[quarantine]\npayload_days = 36500")->quarantine.payload_days, landing::max_payload_days);
  EXPECT_NE(error_of("[quarantine]\npayload_days = 36501"), "");
  EXPECT_NE(error_of("[broker]\nreconnect_min_ms = 10\nreconnect_max_ms = 9"), "");
}

TEST(GatewayConfig, TheCommandLineStandsAboveTheFile) {
  GatewayConfig config;
  const test::TempDir files;
  const auto done = complete(config, {files / "s", files / "k", "mqtt://h:1", "127.0.0.1:0"});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(config.store.dir, files / "s");
  EXPECT_EQ(config.store.keys, files / "k");
  EXPECT_EQ(config.broker.url, "mqtt://h:1");
  EXPECT_EQ(config.http.port, 0);
}

TEST(GatewayConfig, KeysStandBesideTheStoreUnlessSaidOtherwise) {
  GatewayConfig config;
  const test::TempDir files;
  ASSERT_TRUE(complete(config, {(files / "s").string() + "/", {}, {}, {}}));
  EXPECT_EQ(config.store.keys, std::filesystem::weakly_canonical(files.path()) / "s-keys");
}

TEST(GatewayConfig, KeysInsideTheStoreAreAUsageError) {
  const test::TempDir files;
  for (const auto& keys : {files / "s", files / "s/keys", files / "t/../s/x/y"}) {
    GatewayConfig config;
    const auto done = complete(config, {files / "s", keys, {}, {}});
    ASSERT_FALSE(done) << keys;
    EXPECT_EQ(done.error().fault, Fault::usage);
  }
  GatewayConfig config;
  EXPECT_TRUE(complete(config, {files / "s", files / "store-keys", {}, {}}));
}

TEST(GatewayConfig, AWrongBrokerUrlOrStatusAddressIsAUsageError) {
  GatewayConfig config;
  EXPECT_EQ(complete(config, {{}, {}, "http://x", {}}).error().fault, Fault::usage);
  GatewayConfig other;
  EXPECT_EQ(complete(other, {{}, {}, {}, "8350"}).error().fault, Fault::usage);
}

TEST(HttpAddress, HostAndPort) {
  EXPECT_EQ(parse_http_address("127.0.0.1:0").value(), (HttpAddress{"127.0.0.1", 0}));
  EXPECT_EQ(parse_http_address("[::1]:80").value(), (HttpAddress{"::1", 80}));
  for (const auto text : {"", ":80", "h", "h:", "h:x", "h:70000", "h:1 "})
    EXPECT_FALSE(parse_http_address(text));
}

}  // namespace
}  // namespace stedi::gateway
