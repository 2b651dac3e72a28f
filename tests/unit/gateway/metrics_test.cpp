#include "gateway/metrics.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace stedi::gateway {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(Metrics, CountersAreShownByStream) {
  Metrics metrics;
  metrics.landed[Stream::step_trainer] = 7;
  metrics.shed = 3;
  const std::string text = prometheus_text(metrics, {});
  EXPECT_TRUE(has_line(text, "stedi_gateway_records_landed_total{stream=\"step_trainer\"} 7"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_records_landed_total{stream=\"customer\"} 0"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_messages_shed_total 3"));
}

TEST(Metrics, RefusedStatementsHaveTheirOwn) {
  Metrics metrics;
  metrics.refused_statements[Stream::consent] = 2;
  const std::string text = prometheus_text(metrics, {});
  EXPECT_TRUE(has_line(text, "stedi_gateway_statements_refused_total{stream=\"consent\"} 2"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_statements_refused_total{stream=\"pairing\"} 0"));
  EXPECT_EQ(text.find("stedi_gateway_statements_refused_total{stream=\"accelerometer\"}"), std::string::npos);
}

TEST(Metrics, GaugesAreShown) {
  const std::string text =
      prometheus_text({}, {5, 600, true, 1'234'567'890, {false, true, false, true}, 77, true});
  EXPECT_TRUE(has_line(text, "stedi_gateway_queue_messages 5"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_queue_bytes 600"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_ready 1"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_not_ready{cause=\"store\"} 1"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_not_ready{cause=\"broker\"} 1"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_not_ready{cause=\"disk\"} 0"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_disk_free_bytes 77"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_disk_low 1"));
  EXPECT_TRUE(has_line(text, "process_resident_memory_bytes 1234567890"));
}

TEST(Metrics, TheHistogramIsCumulative) {
  Metrics metrics;
  for (const std::uint64_t us : {250, 251, 3'000, 6'000'000}) metrics.commit_duration.observe(us);
  const std::string text = prometheus_text(metrics, {});
  EXPECT_TRUE(has_line(text, "stedi_gateway_commit_seconds_bucket{le=\"0.00025\"} 1"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_commit_seconds_bucket{le=\"0.0005\"} 2"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_commit_seconds_bucket{le=\"0.005\"} 3"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_commit_seconds_bucket{le=\"5\"} 3"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_commit_seconds_bucket{le=\"+Inf\"} 4"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_commit_seconds_count 4"));
}

TEST(Metrics, EverySampleHasItsHelpAndType) {
  std::set<std::string> typed;
  std::istringstream lines(prometheus_text({}, {}));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first, second, name;
    words >> first >> second >> name;
    if (first == "#" && second == "TYPE") typed.insert(name);
    if (first == "#") continue;
    name = first.substr(0, first.find('{'));
    for (const std::string suffix : {"_bucket", "_sum", "_count"}) {
      if (name.ends_with(suffix) && typed.contains(name.substr(0, name.size() - suffix.size())))
        name.resize(name.size() - suffix.size());
    }
    EXPECT_TRUE(typed.contains(name)) << name;
  }
}

TEST(Metrics, QuarantineIsShownByReasonAndGroupsBySize) {
  Metrics metrics;
  metrics.quarantine_reasons[static_cast<std::size_t>(Reason::not_authorised)] = 4;
  metrics.group_records.observe(60);
  metrics.ack_latency.observe(1'500);
  const std::string text = prometheus_text(metrics, {});
  EXPECT_TRUE(
      has_line(text, "stedi_gateway_records_quarantined_by_reason_total{reason=\"not_authorised\"} 4"));
  EXPECT_TRUE(
      has_line(text, "stedi_gateway_records_quarantined_by_reason_total{reason=\"malformed_json\"} 0"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_group_records_bucket{le=\"50\"} 0"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_group_records_bucket{le=\"100\"} 1"));
  EXPECT_TRUE(has_line(text, "stedi_gateway_ack_seconds_bucket{le=\"0.0025\"} 1"));
  EXPECT_EQ(text.find("stedi_gateway_disk_free_bytes"), std::string::npos) << "not known";
}

TEST(Metrics, TheProcessKnowsItsMemory) {
  EXPECT_GT(resident_bytes(), 1'000'000u);
}

}  // namespace
}  // namespace stedi::gateway
