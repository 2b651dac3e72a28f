#include "firmware_sim/twin/twin.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/config/config_table.hpp"
#include "core/digest/digest.hpp"
#include "core/record/decode.hpp"
#include "core/record/identity.hpp"
#include "firmware_sim/feed/seed_files.hpp"
#include "tests/oracle/policy.hpp"
#include "tests/oracle/read.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::firmware {
namespace {

TwinScenario shipped() {
  auto scenario = load_twin_scenario(STEDI_SOURCE_DIR "/config/scenarios/twin.toml");
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().message);
  return scenario ? *scenario : TwinScenario{};
}

std::string digest_of(const SeedTexts& texts) {
  return hex(sha256(texts.customer + texts.accelerometer + texts.step_trainer)).substr(0, 16);
}

TEST(Twin, IsTheSameBytesForEver) {
  EXPECT_EQ(digest_of(generate_twin(shipped()).texts), "9ac7dccb4217bd21");
}

TEST(Twin, AnotherSeedIsAnotherTwin) {
  TwinScenario scenario = shipped();
  const auto first = digest_of(generate_twin(scenario).texts);
  ++scenario.seed;
  EXPECT_NE(digest_of(generate_twin(scenario).texts), first);
}

template <typename Record>
std::size_t expect_planned(const std::string& text, const std::vector<Record>& planned, auto equal) {
  RecordDecoder decoder;
  const std::string padded = text + std::string(decode_padding_bytes, ' ');
  std::size_t refused = 0;
  std::size_t next = 0;
  for_each_line(std::string_view(padded).substr(0, text.size()), [&](std::string_view line) {
    Record record;
    if (decoder.decode(line, record)) {
      ++refused;
    } else {
      ASSERT_LT(next, planned.size()) << line;
      EXPECT_TRUE(equal(record, planned[next])) << line;
      ++next;
    }
  });
  EXPECT_EQ(next, planned.size());
  return refused;
}

// What the lines say is what was planned, and nothing malformed can be read.
TEST(Twin, SaysExactlyWhatWasPlanned) {
  const Twin twin = generate_twin(shipped());
  std::size_t refused = 0;
  refused +=
      expect_planned(twin.texts.customer, twin.planned.customers,
                     [](const CustomerRecord& read, const CustomerRecord& planned) {
                       return read.email == planned.email && read.serial_number == planned.serial_number &&
                              read.last_update_ms == planned.last_update_ms &&
                              read.research_from_ms == planned.research_from_ms &&
                              read.research_is_number == planned.research_is_number &&
                              read.public_from_ms == planned.public_from_ms &&
                              read.friends_from_ms == planned.friends_from_ms && read.phone == planned.phone;
                     });
  refused += expect_planned(twin.texts.accelerometer, twin.planned.accelerometer,
                            [](const AccelerometerReading& read, const AccelerometerReading& planned) {
                              return read.user == planned.user && read.timestamp_ms == planned.timestamp_ms &&
                                     read.x == planned.x && read.y == planned.y && read.z == planned.z;
                            });
  refused += expect_planned(twin.texts.step_trainer, twin.planned.step_trainer,
                            [](const StepTrainerReading& read, const StepTrainerReading& planned) {
                              return read.reading_time_ms == planned.reading_time_ms &&
                                     read.serial_number == planned.serial_number &&
                                     read.distance_from_object == planned.distance_from_object;
                            });
  EXPECT_EQ(refused, twin.planned.malformed);
  EXPECT_EQ(refused, 25U);
}

ZoneCounts sizes(const oracle::Tables& tables) {
  const auto rows = [&](const char* table) { return tables.at(table).size(); };
  return {rows("customer_trusted"), rows("accelerometer_trusted"), rows("customers_curated"),
          rows("step_trainer_trusted"), rows("machine_learning_curated")};
}

// What a twin knows of itself, by the parts its people play, is what the policy says of what they say.
TEST(Twin, ItsTruthIsThePolicysWhateverTheSeed) {
  TwinScenario scenario = shipped();
  scenario.people.count = 240;
  scenario.people.consenting = 120;
  scenario.defects.shared_serials = 12;
  scenario.defects.duplicate_customers = 40;
  for (scenario.seed = 1; scenario.seed <= 5; ++scenario.seed) {
    const test::TempDir folder;
    const Twin twin = generate_twin(scenario);
    ASSERT_TRUE(write_seed_files(folder.path(), scenario, twin.texts));
    constexpr std::int64_t year_2090_ms = 3'786'912'000'000;
    const oracle::Landed landed = oracle::read_data_set(folder.path(), year_2090_ms);
    EXPECT_EQ(landed.customers.size(), twin.expected.landing.customer);
    EXPECT_EQ(landed.movements.size(), twin.expected.landing.accelerometer);
    EXPECT_EQ(landed.steps.size(), twin.expected.landing.step_trainer);
    const auto named = [](const std::string& identity) { return identity; };
    EXPECT_EQ(sizes(oracle::strict(landed, named).tables), twin.expected.strict) << "seed " << scenario.seed;
    EXPECT_EQ(sizes(oracle::reference(landed).tables), twin.expected.reference) << "seed " << scenario.seed;
  }
}

TEST(ExpectFile, IsReadableToml) {
  auto table = ConfigTable::parse(expect_toml({{1, 2, 3, 4}, {5, 6, 7, 8, 9}, {}}, "title"), "expect.toml");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->table("landing").integer("quarantined", 0, 0, 100), 4);
  EXPECT_EQ(table->table("strict").integer("machine_learning_curated", 0, 0, 100), 9);
}

// The public data set's own figures, within a few per cent.
TEST(Twin, ResemblesThePublicDataSet) {
  const Twin twin = generate_twin(shipped());
  const ExpectedCounts& counts = twin.expected;
  EXPECT_NEAR(static_cast<double>(counts.landing.accelerometer), 81'273, 1'000);
  EXPECT_NEAR(static_cast<double>(counts.landing.step_trainer), 28'680, 200);
  EXPECT_EQ(counts.strict.customer_trusted, 482U);
  EXPECT_EQ(counts.strict.customers_curated, 464U);
  const double before_consent = 1 - static_cast<double>(counts.strict.accelerometer_trusted) /
                                        static_cast<double>(counts.reference.accelerometer_trusted);
  EXPECT_NEAR(before_consent, 0.22, 0.02);
  std::map<std::int64_t, std::set<std::string>> people_at;
  for (const auto& reading : twin.planned.step_trainer)
    people_at[reading.reading_time_ms].insert(std::string(trimmed(reading.serial_number)));
  std::size_t shared = 0;
  for (const auto& [time_ms, people] : people_at) shared += people.size() > 1 ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(shared), 1'400, 150);
}

TEST(Twin, EveryAddressIsUnmistakablyInvented) {
  for (const CustomerRecord& record : generate_twin(shipped()).planned.customers)
    EXPECT_TRUE(record.email.ends_with("@example.com"));
}

TEST(Twin, IsPlayedByOneDevicePerPersonAndTrainer) {
  const TwinScenario scenario = shipped();
  const Recording recording = record_twin(scenario, generate_twin(scenario).texts);
  std::map<DeviceKind, std::size_t> devices;
  for (const RecordedDevice& device : recording.devices) ++devices[device.kind];
  EXPECT_EQ(devices[DeviceKind::website], 1U);
  EXPECT_EQ(devices[DeviceKind::phone], 959U);
  EXPECT_EQ(devices[DeviceKind::trainer], 955U) << "four pairs share one";
}

TEST(TwinScenario, UnknownKeysAndTooFewPeopleAreRefused) {
  EXPECT_FALSE(parse_twin_scenario("kind = \"twin\"\nsede = 3\n", "x.toml"));
  EXPECT_FALSE(parse_twin_scenario("kind = \"clinic\"\n", "x.toml"));
  const auto few = parse_twin_scenario("kind = \"twin\"\n[people]\nconsenting = 3\n", "x.toml");
  ASSERT_FALSE(few);
  EXPECT_EQ(few.error().fault, Fault::usage);
  EXPECT_NE(few.error().message.find("people.consenting"), std::string::npos);
  EXPECT_TRUE(parse_twin_scenario("kind = \"twin\"\n", "x.toml")) << "every key has a default";
}

}  // namespace
}  // namespace stedi::firmware
