// Records that a sensor hands over with damaged bytes: which, how, and what becomes of them on their way.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/record/decode.hpp"
#include "core/wire/envelope.hpp"
#include "firmware_sim/faults/fault_layer.hpp"
#include "firmware_sim/feed/source_feed.hpp"
#include "firmware_sim/people/corrupt_source.hpp"
#include "firmware_sim/people/people_counts.hpp"
#include "firmware_sim/people/seed_folder.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/firmware_sim/simulated.hpp"

namespace stedi::firmware {
namespace {

constexpr Stream sensors[] = {Stream::accelerometer, Stream::step_trainer};

Simulation struck_by(const BurstFault& fault) {
  Scenario scenario = shipped_scenario("hostile");
  scenario.population.count = 2;
  scenario.duration_s = 200;
  scenario.faults.corrupt_reading = fault;
  return simulation_of(std::move(scenario));
}

std::vector<SimulatedRecord> said(const Simulation& simulation, Stream stream) {
  return all_of(*simulation.open(stream_of(simulation, stream, 1)));
}

std::size_t damaged_in(const std::vector<SimulatedRecord>& records) {
  return static_cast<std::size_t>(
      std::count_if(records.begin(), records.end(), [](const auto& record) { return record.is_damaged; }));
}

bool is_refused(Stream stream, const std::string& line) {
  RecordDecoder decoder;
  const std::string padded = line + std::string(decode_padding_bytes, ' ');
  const std::string_view text = std::string_view(padded).substr(0, line.size());
  if (stream == Stream::accelerometer) {
    AccelerometerReading reading;
    return decoder.decode(text, reading).has_value();
  }
  StepTrainerReading reading;
  return decoder.decode(text, reading).has_value();
}

std::size_t differing_bytes(const std::string& one, const std::string& other) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < one.size(); ++i) bytes += one[i] == other[i] ? 0 : 1;
  return bytes;
}

TEST(CorruptReading, DamageAlwaysShowsAndAllOtherRecordsStayAsTheyWere) {
  const Simulation sound = struck_by({0, 1});
  const Simulation struck = struck_by({0.2, 1});
  for (const Stream stream : sensors) {
    const auto before = said(sound, stream);
    const auto after = said(struck, stream);
    ASSERT_EQ(after.size(), before.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
      EXPECT_EQ(after[i].due_ms, before[i].due_ms);
      EXPECT_EQ(after[i].time_ms, before[i].time_ms);
      ASSERT_EQ(after[i].json.size(), before[i].json.size());
      const std::size_t bytes = differing_bytes(after[i].json, before[i].json);
      EXPECT_LE(bytes, static_cast<std::size_t>(max_damaged_bytes));
      EXPECT_EQ(bytes > 0, after[i].is_damaged);
      EXPECT_EQ(is_refused(stream, after[i].json), after[i].is_damaged) << i;
    }
  }
}

TEST(CorruptReading, SomeAreNoTextAndSomeLackAFieldEachAsOften) {
  for (const Stream stream : sensors) {
    std::size_t objects = 0;
    const auto records = said(struck_by({1, 1}), stream);
    for (const SimulatedRecord& record : records) objects += nlohmann::json::accept(record.json) ? 1 : 0;
    EXPECT_NEAR(static_cast<double>(objects), static_cast<double>(records.size()) / 2,
                0.05 * static_cast<double>(records.size()));
  }
}

TEST(CorruptReading, StrikesAsOftenAndAsLongAsTheScenarioSays) {
  for (const std::int64_t burst : {1, 5}) {
    const auto records = said(struck_by({0.01, burst}), Stream::accelerometer);
    const auto expected = 0.01 * static_cast<double>(burst) * static_cast<double>(records.size());
    EXPECT_NEAR(static_cast<double>(damaged_in(records)), expected, 0.4 * expected);
    for (std::size_t i = 1; i + 5 < records.size(); ++i) {
      if (records[i - 1].is_damaged || !records[i].is_damaged) continue;
      for (std::int64_t n = 0; n < burst; ++n)
        EXPECT_TRUE(records[i + static_cast<std::size_t>(n)].is_damaged) << i;
    }
  }
  const auto all = said(struck_by({1, 1}), Stream::step_trainer);
  EXPECT_EQ(damaged_in(all), all.size());
}

TEST(CorruptReading, IsNoneWhereTheScenarioSaysNothingOfIt) {
  for (const char* name : {"clinic", "home", "fleet", "embedded"})
    EXPECT_EQ(shipped_scenario(name).faults.corrupt_reading.probability, 0) << name;
}

// ---- On its way

SourceFeed feed_of(const Simulation& simulation) {
  FeedSources sources;
  sources.devices = simulation.devices();
  for (const SimulatedStream& stream : simulation.streams())
    sources.streams.push_back({stream.device, stream.stream});
  sources.open = [&simulation](std::size_t stream) { return simulation.open(stream); };
  sources.start_ms = simulation.scenario().start_ms;
  return {std::move(sources), {}};
}

TEST(CorruptReading, ABatchIsSealedWithItAndAGatewayRefusesItAloneAndLandsItsNeighbours) {
  const Simulation simulation = struck_by({0.05, 2});
  SourceFeed feed = feed_of(simulation);
  feed.resume([](const FedStream&) { return std::size_t{0}; }, 0);
  wire::PayloadDecoder gateway;
  std::size_t damaged = 0;
  for (FedBatch batch; feed.next_due_ms();) {
    feed.take(batch);
    const Stream stream = feed.streams()[batch.stream].stream;
    const auto payload = gateway.decode(stream, wire::seal_envelope({"boot", 1}, batch.records()));
    ASSERT_TRUE(payload.name);
    ASSERT_EQ(payload.refused.size(), batch.damaged.size());
    EXPECT_EQ(payload.landed_records(), batch.count - batch.damaged.size());
    for (std::size_t i = 0; i < batch.damaged.size(); ++i) {
      EXPECT_EQ(payload.refused[i].payload, batch.records()[batch.damaged[i].index]);
      EXPECT_FALSE(payload.refused[i].is_message);
    }
    damaged += batch.damaged.size();
  }
  EXPECT_GT(damaged, 1'000U);
}

TEST(CorruptReading, TheLogListsEachByTheDigestOfWhatWasSealedAndOnceWhateverIsSealedAnew) {
  const test::TempDir folder;
  const Simulation simulation = struck_by({0.01, 2});
  const ManualClock clock(1'700'000'000'000);
  const auto log = FaultLog::open(folder / "faults.ndjson").value();
  FaultPlan plan;
  plan.faults.corrupt_reading = {0.01, 2};
  EXPECT_TRUE(has_faults(plan.faults, {}));
  FaultLayer layer(plan, nullptr, clock, *log);
  std::vector<std::string> ids;
  for (std::size_t device = 0; device < simulation.devices().size(); ++device)
    ids.emplace_back(32, static_cast<char>('a' + device));
  SourceFeed feed = feed_of(simulation);
  std::map<std::string, std::string> expected;  // digest by id
  for (const std::string boot : {"first", "second"}) {
    ASSERT_TRUE(layer.on_life(ids, boot));
    feed.resume([](const FedStream&) { return std::size_t{0}; }, 0);
    std::int64_t seq = 0;
    for (FedBatch batch; feed.next_due_ms();) {
      feed.take(batch);
      const FedStream& stream = feed.streams()[batch.stream];
      ASSERT_TRUE(layer.on_sealed({1, ids[stream.device], boot, stream.stream, ++seq, 1, 1}, batch));
      for (const DamagedRecord& damaged : batch.damaged)
        expected["corrupt_reading:" + ids[stream.device] + ":" + std::to_string(damaged.at_ms)] =
            hex(sha256(batch.records()[damaged.index]));
    }
  }
  std::map<std::string, nlohmann::json> lines;  // the latest of an id counts
  std::istringstream in(test::read_text(folder / "faults.ndjson"));
  for (std::string text; std::getline(in, text);) {
    const auto line = nlohmann::json::parse(text);
    lines[line["id"]] = line;
  }
  EXPECT_GT(expected.size(), 100U);
  ASSERT_EQ(lines.size(), expected.size());
  EXPECT_EQ(log->counts().at("corrupt_reading"), 2 * expected.size());
  for (const auto& [id, line] : lines) {
    EXPECT_EQ(line["digest"], expected.at(id));
    EXPECT_EQ(line["boot"], "second");
    EXPECT_EQ(line["expect"], "record_quarantined");
    EXPECT_EQ(line.dump().find("example.com"), std::string::npos);
  }
}

// ---- As files

TEST(CorruptReading, DryRunWritesItAsItIsAndTheTruthListsEachAndExpectsItInQuarantine) {
  const test::TempDir folder;
  const Simulation simulation = struck_by({0.01, 2});
  std::size_t damaged = 0;
  std::size_t readings = 0;
  for (const Stream stream : sensors) {
    for (const std::size_t person : {0U, 1U}) {
      const auto records = all_of(*simulation.open(stream_of(simulation, stream, person)));
      damaged += damaged_in(records);
      readings += records.size();
    }
  }
  ASSERT_GT(damaged, 100U);
  ASSERT_TRUE(write_seed_folder(simulation, folder / "data"));
  std::size_t listed = 0;
  std::istringstream truth(test::read_text(folder / "data-truth/sensor-faults-hostile.ndjson"));
  for (std::string text; std::getline(truth, text);) {
    const auto line = nlohmann::json::parse(text);
    if (line["fault"] != "corrupt_reading") continue;
    ++listed;
    EXPECT_EQ(line["from"], line["until"]);
  }
  EXPECT_EQ(listed, damaged);
  std::size_t refused = 0;
  std::size_t lines = 0;
  for (const Stream stream : sensors) {
    const std::string name(stream == Stream::accelerometer ? "accelerometer" : "step_trainer");
    std::istringstream file(test::read_text(folder / "data" / name / "landing" / (name + "-hostile.json")));
    for (std::string line; std::getline(file, line); ++lines) refused += is_refused(stream, line) ? 1 : 0;
  }
  EXPECT_EQ(lines, readings);
  EXPECT_EQ(refused, damaged);
  const LandingCounts counts = expected_counts(simulation).landing;
  EXPECT_EQ(counts.quarantined, damaged);
  EXPECT_EQ(counts.accelerometer + counts.step_trainer, readings - damaged);
}

}  // namespace
}  // namespace stedi::firmware
