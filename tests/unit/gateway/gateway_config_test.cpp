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
            "f.toml:2: roles.website: expected device ids, spelled as in topics, is an array");
  EXPECT_NE(error_of("[disk]\nwarn_free_bytes = 1\nmin_free_bytes = 2"), "");
  EXPECT_NE(error_of("[quarantine]\npayload_days = -1"), "");
  EXPECT_EQ(read("[quarantine]\npayload_days = 36500")->quarantine.payload_days, landing::max_payload_days);
  EXPECT_NE(error_of("[quarantine]\npayload_days = 36501"), "");
  EXPECT_NE(error_of("[broker]\nreconnect_min_ms = 10\nreconnect_max_ms = 9"), "");
}

struct KeyLimits {
  const char* section;
  const char* key;
  std::int64_t least;
  std::int64_t most;
};

void PrintTo(const KeyLimits& limits, std::ostream* out) {
  *out << limits.section << '.' << limits.key;
}

class GatewayConfigLimit : public testing::TestWithParam<KeyLimits> {
 protected:
  // Whether the key may have this value; what must not be smaller than it is as large as may be.
  static bool is_taken(std::int64_t value) {
    const auto& [section, key, least, most] = GetParam();
    std::string text = std::string("[") + section + "]\n" + key + " = " + std::to_string(value) + "\n";
    for (const auto& [smaller, larger] : {std::pair{"reconnect_min_ms", "reconnect_max_ms"},
                                          std::pair{"store_retry_min_ms", "store_retry_max_ms"},
                                          std::pair{"min_free_bytes", "warn_free_bytes"}}) {
      if (key == std::string(smaller)) text += std::string(larger) + " = " + std::to_string(most) + "\n";
      if (key == std::string(larger)) text += std::string(smaller) + " = " + std::to_string(least) + "\n";
    }
    return read(text).has_value();
  }
};

TEST_P(GatewayConfigLimit, IsTakenAndNothingBeyondIt) {
  EXPECT_TRUE(is_taken(GetParam().least));
  EXPECT_TRUE(is_taken(GetParam().most));
  EXPECT_FALSE(is_taken(GetParam().least - 1));
  EXPECT_FALSE(is_taken(GetParam().most + 1));
}

using namespace config_limits;
INSTANTIATE_TEST_SUITE_P(
    Each, GatewayConfigLimit,
    testing::Values(KeyLimits{"broker", "keep_alive_s", 1, max_keep_alive_s},
                    KeyLimits{"broker", "reconnect_min_ms", 1, max_duration_ms},
                    KeyLimits{"broker", "reconnect_max_ms", 1, max_duration_ms},
                    KeyLimits{"broker", "max_unconfirmed_acks", 1, max_unconfirmed_acks},
                    KeyLimits{"store", "max_ranges_per_source", 1, max_ranges_per_source},
                    KeyLimits{"store", "conflict_window", 1, max_conflict_window},
                    KeyLimits{"store", "checkpoint_every_batches", 1, max_checkpoint_every_batches},
                    KeyLimits{"disk", "min_free_bytes", 0, max_disk_bytes},
                    KeyLimits{"disk", "warn_free_bytes", 0, max_disk_bytes},
                    KeyLimits{"ingest", "queue_bytes", min_queue_bytes, max_queue_bytes},
                    KeyLimits{"ingest", "queue_messages", 1, max_queue_messages},
                    KeyLimits{"ingest", "max_group_records", 1, max_group_records},
                    KeyLimits{"ingest", "max_group_bytes", 1, max_queue_bytes},
                    KeyLimits{"ingest", "max_group_delay_ms", 1, max_group_delay_ms},
                    KeyLimits{"ingest", "group_quiet_ms", 0, max_duration_ms},
                    KeyLimits{"ingest", "store_retry_min_ms", 1, max_duration_ms},
                    KeyLimits{"ingest", "store_retry_max_ms", 1, max_duration_ms},
                    KeyLimits{"quarantine", "payload_days", 0, landing::max_payload_days}),
    [](const auto& given) { return std::string(given.param.section) + "_" + given.param.key; });

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
