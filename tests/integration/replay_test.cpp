// The real data set through a real broker, once; what every test here looks at is what that replay left.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "tests/integration/rig.hpp"
#include "tests/oracle/policy.hpp"
#include "tests/support/data_set.hpp"
#include "tests/support/network.hpp"
#include "tests/support/tables.hpp"

namespace stedi::test {
namespace {

constexpr std::string_view every_topic_seen = "stedi/v1/test/seen";

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char letter) { return std::tolower(letter); });
  return text;
}

class Replay : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!stedi_data()) {
      return;
    }
    rig_ = std::make_unique<Rig>();
    rig_->start_gateway();
    Process topics = rig_->start_client("mosquitto_sub", {"-t", "stedi/#", "-F", "%t"});
    ASSERT_TRUE(topics.prints("stedi/v1/gateway/status"));
    Process device = rig_->start_device({"replay", played_data().string()});
    ASSERT_EQ(device.exit_status(play_deadline), 0);
    rig_->publish(std::string(every_topic_seen), "{}");
    ASSERT_TRUE(topics.prints(every_topic_seen));
    topics_ = topics.standard_output();
    device_output_ = device.standard_output() + device.standard_error();
    const Output run = rig_->run_jobs();
    ASSERT_EQ(run.exit_status, 0) << run.standard_error;
  }
  static void TearDownTestSuite() { rig_.reset(); }
  void SetUp() override {
    STEDI_REQUIRE_DATA();
    ASSERT_FALSE(device_output_.empty()) << "the replay itself failed";
  }

  // What the jobs and the runner keep about their own runs stands apart from what they compute.
  static Tables computed_tables(const std::string& profile) {
    std::vector<std::string> names = table_names(rig_->zones(profile));
    std::erase_if(names, [](const std::string& name) { return name.starts_with("catalog_"); });
    return read_tables(rig_->zones(profile), names);
  }

  static std::string counts_of_the_oracle() {
    std::string toml;
    for (const std::string profile : {"strict", "reference"}) {
      toml += "[" + profile + "]\n";
      for (const auto& [table, rows] : rig_->by_the_rules(profile, played_records()).tables)
        toml += table + " = " + std::to_string(rows.size()) + "\n";
    }
    write_text(rig_->file("oracle.toml"), toml);
    return rig_->file("oracle.toml").string();
  }

  static std::unique_ptr<Rig> rig_;
  static std::string topics_;
  static std::string device_output_;
};

std::unique_ptr<Rig> Replay::rig_;
std::string Replay::topics_;
std::string Replay::device_output_;

TEST_F(Replay, LandsEveryRecordExactlyOnce) {
  EXPECT_EQ(
      oracle::difference(oracle::landing(played_records()), read_tables(rig_->landing(), landing_views)), "");
  EXPECT_EQ(count_rows(rig_->landing(), "quarantine"), 0);
}

TEST_F(Replay, StrictZonesAreWhatThePolicySays) {
  rig_->expect_as_by_the_rules("strict", played_records());
}

TEST_F(Replay, ReferenceZonesAreWhatEverybodyPublishes) {
  rig_->expect_as_by_the_rules("reference", played_records());
}

// The published counts are those of the whole data set; of the part that sanitized builds play, the oracle's.
TEST_F(Replay, ValidateAgreesWithThePublishedCounts) {
  const std::string counts =
      sanitized ? counts_of_the_oracle() : STEDI_SOURCE_DIR "/config/expect/stedi.toml";
  for (const char* profile : {"strict", "reference"}) {
    const Output validate = rig_->lakehouse({"validate", "--profile", profile, "--expect", counts});
    EXPECT_EQ(validate.exit_status, 0) << validate.standard_output << validate.standard_error;
  }
}

TEST_F(Replay, ValidateExitsWith3OnADifference) {
  write_text(rig_->file("wrong.toml"), "[strict]\ncustomer_trusted = 1\n");
  const Output validate = rig_->lakehouse({"validate", "--expect", rig_->file("wrong.toml").string()});
  EXPECT_EQ(validate.exit_status, 3) << validate.standard_output << validate.standard_error;
}

TEST_F(Replay, RunningTheJobsAgainChangesNothing) {
  for (const char* profile : {"strict", "reference"}) {
    const Tables before = computed_tables(profile);
    const Output again = rig_->lakehouse({"run", "--profile", profile});
    ASSERT_EQ(again.exit_status, 0) << again.standard_error;
    EXPECT_EQ(oracle::difference(before, computed_tables(profile)), "");
  }
}

TEST_F(Replay, FromTheSameSpoolLandsNothingTwice) {
  const Rows batch_log = read_rows(rig_->landing(), "batch");
  Process device = rig_->start_device({"replay", played_data().string()});
  ASSERT_EQ(device.exit_status(play_deadline), 0);
  EXPECT_EQ(batch_log, read_rows(rig_->landing(), "batch"));
  EXPECT_EQ(
      oracle::difference(oracle::landing(played_records()), read_tables(rig_->landing(), landing_views)), "");
}

TEST_F(Replay, ImportingTheFilesGivesTheSameZones) {
  Rig imported;
  // The same keys, so that a person has the same pseudonym.
  std::filesystem::copy(rig_->keys(), imported.keys());
  const Output import = imported.lakehouse({"import", played_data().string()});
  ASSERT_EQ(import.exit_status, 0) << import.standard_error;
  const Output jobs = imported.run_jobs();
  ASSERT_EQ(jobs.exit_status, 0) << jobs.standard_error;
  EXPECT_EQ(oracle::difference(read_tables(rig_->landing(), landing_views),
                               read_tables(imported.landing(), landing_views)),
            "");
  for (const char* profile : {"strict", "reference"}) {
    EXPECT_EQ(oracle::difference(read_tables(rig_->zones(profile), zone_views),
                                 read_tables(imported.zones(profile), zone_views)),
              "")
        << profile;
  }
}

TEST_F(Replay, NoEmailIsInLogsMetricsOrTopics) {
  const auto metrics = http_get(rig_->http_port(), "/metrics");
  ASSERT_TRUE(metrics.has_value());
  const std::string said =
      lower_case(rig_->gateway().standard_error() + device_output_ + metrics->body + topics_);
  for (const oracle::Customer& customer : played_records().customers) {
    EXPECT_EQ(said.find(lower_case(customer.email)), std::string::npos) << customer.email;
  }
  EXPECT_EQ(said.find('@'), std::string::npos);
}

TEST_F(Replay, StatusPagesAnswer) {
  const std::uint16_t port = rig_->http_port();
  for (const char* page : {"/healthz", "/readyz"}) {
    const auto response = http_get(port, page);
    ASSERT_TRUE(response.has_value()) << page;
    EXPECT_EQ(response->status, 200) << page << ": " << response->body;
  }
  const auto metrics = http_get(port, "/metrics");
  ASSERT_TRUE(metrics.has_value());
  const std::string landed = "stedi_gateway_records_landed_total{stream=\"accelerometer\"} " +
                             std::to_string(count_rows(rig_->landing(), "accelerometer_landing")) + "\n";
  EXPECT_NE(metrics->body.find(landed), std::string::npos) << metrics->body;
}

TEST_F(Replay, ThePlainShellOpensTheZones) {
  const Output shell =
      run({"sqlite3", rig_->zones("strict").string(), "SELECT count(*) FROM machine_learning_curated"});
  EXPECT_EQ(shell.exit_status, 0) << shell.standard_error;
  EXPECT_EQ(shell.standard_output,
            std::to_string(count_rows(rig_->zones("strict"), "machine_learning_curated")) + "\n");
}

}  // namespace
}  // namespace stedi::test
