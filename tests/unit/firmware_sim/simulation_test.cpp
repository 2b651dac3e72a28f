// Determinism, and what a scenario's people and devices say.
#include "firmware_sim/people/simulation.hpp"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/record/decode.hpp"
#include "core/wire/topic.hpp"
#include "firmware_sim/people/person.hpp"
#include "tests/unit/firmware_sim/simulated.hpp"

namespace stedi::firmware {
namespace {

std::string all_digests(const Simulation& simulation, std::size_t threads) {
  std::vector<std::string> digests(simulation.streams().size());
  std::vector<std::thread> workers;
  for (std::size_t worker = 0; worker < threads; ++worker) {
    workers.emplace_back([&, worker] {
      for (std::size_t i = worker; i < digests.size(); i += threads)
        digests[i] = digest_of(*simulation.open(i));
    });
  }
  for (std::thread& worker : workers) worker.join();
  std::string all;
  for (const std::string& digest : digests) all += digest;
  return hex(sha256(all)).substr(0, 16);
}

Scenario short_scenario(const std::string& name, std::int64_t people, double duration_s) {
  Scenario scenario = shipped_scenario(name);
  scenario.population.count = people;
  scenario.duration_s = duration_s;
  return scenario;
}

// Another digest means that simulation.cpp's `generation` must count up: spools and published data sets
// belong to what these bytes were.
TEST(Simulation, SaysTheSameBytesForEver) {
  const std::map<std::string, std::string> golden = {{"clinic", "adc131d6c0368042"},
                                                     {"home", "971c96a369138e1b"},
                                                     {"fleet", "9573646935ba9247"},
                                                     {"hostile", "f9ad0ac739e35b6e"},
                                                     {"embedded", "ed6b8539d0e5b522"}};
  for (const auto& [name, digest] : golden) {
    const std::int64_t people = std::min<std::int64_t>(shipped_scenario(name).population.count, 8);
    EXPECT_EQ(all_digests(simulation_of(short_scenario(name, people, 1'800)), 1), digest) << name;
  }
}

TEST(Simulation, SaysTheSameOnOneThreadAndOnFour) {
  const Simulation simulation = simulation_of(short_scenario("clinic", 8, 1'800));
  EXPECT_EQ(all_digests(simulation, 1), all_digests(simulation, 4));
}

TEST(Simulation, DeviceSaysTheSameAloneAndAmongAThousand) {
  const Simulation alone = simulation_of(short_scenario("hostile", 1, 120));
  const Simulation among = simulation_of(short_scenario("hostile", 500, 120));
  EXPECT_EQ(among.devices().size(), 1'001U);
  for (const Stream stream : {Stream::accelerometer, Stream::step_trainer}) {
    const std::size_t in_alone = stream_of(alone, stream, 0);
    const std::size_t in_among = stream_of(among, stream, 0);
    EXPECT_EQ(alone.devices()[alone.streams()[in_alone].device].name,
              among.devices()[among.streams()[in_among].device].name);
    EXPECT_EQ(digest_of(*alone.open(in_alone)), digest_of(*among.open(in_among)));
  }
}

TEST(Simulation, StreamOpenedAgainStartsAnew) {
  const Simulation simulation = simulation_of(short_scenario("hostile", 1, 60));
  const std::size_t stream = stream_of(simulation, Stream::step_trainer, 0);
  const auto first = simulation.open(stream);
  SimulatedRecord record;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(first->next(record));
  EXPECT_EQ(digest_of(*simulation.open(stream)), digest_of(*simulation.open(stream)));
}

TEST(Simulation, AnotherSeedIsOtherPeople) {
  Scenario scenario = short_scenario("hostile", 1, 60);
  const Simulation first = simulation_of(scenario);
  ++scenario.seed;
  const Simulation second = simulation_of(scenario);
  EXPECT_NE(first.digest(), second.digest());
  EXPECT_NE(first.identity_seed(), second.identity_seed());
  EXPECT_NE(first.devices()[1].name, second.devices()[1].name);
  EXPECT_NE(all_digests(first, 1), all_digests(second, 1));
}

TEST(Simulation, WebsiteIsTheFirstDeviceAndPeopleFollow) {
  const Simulation simulation = simulation_of(shipped_scenario("clinic"));
  ASSERT_EQ(simulation.devices().size(), 41U);
  EXPECT_EQ(simulation.devices()[0].kind, DeviceKind::website);
  EXPECT_EQ(simulation.devices()[1].kind, DeviceKind::phone);
  EXPECT_EQ(simulation.devices()[2].kind, DeviceKind::trainer);
  EXPECT_EQ(simulation.person_of(1), 0U);
  EXPECT_EQ(simulation.person_of(40), 19U);
  const Simulation one = simulation_of(shipped_scenario("embedded"));
  EXPECT_EQ(one.devices().size(), 2U);
  EXPECT_EQ(one.person_of(1), 0U);
}

template <typename Record>
void expect_readable(const Simulation& simulation, std::size_t stream) {
  RecordDecoder decoder;
  Record decoded;
  std::int64_t last_due_ms = 0;
  const auto source = simulation.open(stream);
  for (SimulatedRecord record; source->next(record);) {
    EXPECT_GE(record.due_ms, last_due_ms);
    last_due_ms = record.due_ms;
    const std::string padded = record.json + std::string(decode_padding_bytes, ' ');
    const auto refused = decoder.decode(std::string_view(padded).substr(0, record.json.size()), decoded);
    ASSERT_EQ(refused.has_value(), record.is_damaged) << record.json;
    if (record.is_damaged) continue;
    if constexpr (std::is_same_v<Record, AccelerometerReading>) {
      EXPECT_EQ(decoded.timestamp_ms, record.time_ms);
    }
    if constexpr (std::is_same_v<Record, StepTrainerReading>) {
      EXPECT_EQ(decoded.reading_time_ms, record.time_ms);
    }
  }
}

TEST(Simulation, EveryRecordThatIsNotDamagedIsInSeedFormatAndAllAreInDueOrder) {
  const Simulation simulation = simulation_of(short_scenario("hostile", 4, 120));
  for (std::size_t i = 0; i < simulation.streams().size(); ++i) {
    SCOPED_TRACE(wire::stream_name(simulation.streams()[i].stream));
    switch (simulation.streams()[i].stream) {
      case Stream::customer:
        expect_readable<CustomerRecord>(simulation, i);
        break;
      case Stream::consent:
        expect_readable<ConsentEvent>(simulation, i);
        break;
      case Stream::pairing:
        expect_readable<PairingEvent>(simulation, i);
        break;
      case Stream::accelerometer:
        expect_readable<AccelerometerReading>(simulation, i);
        break;
      default:
        expect_readable<StepTrainerReading>(simulation, i);
        break;
    }
  }
}

TEST(Simulation, ConsentMixHoldsInEveryPartOfThePopulation) {
  Scenario scenario = shipped_scenario("clinic");
  scenario.population.count = max_people;
  for (const std::size_t from : {0U, 40U, 99'900U}) {
    std::map<ConsentPart, int> parts;
    for (std::size_t n = from; n < from + 100; ++n) ++parts[SimulatedPerson(scenario, n).consent_part()];
    EXPECT_NEAR(parts[ConsentPart::granted], 45, 2);
    EXPECT_NEAR(parts[ConsentPart::withdraws], 10, 2);
    EXPECT_NEAR(parts[ConsentPart::returns], 10, 2);
    EXPECT_NEAR(parts[ConsentPart::without_record], 5, 2);
    EXPECT_NEAR(parts[ConsentPart::never], 20, 2);
  }
}

// What the website says of each person: true time and action, in order.
std::map<std::string, std::vector<std::pair<std::int64_t, std::string>>> consent_events(
    const Simulation& simulation) {
  std::map<std::string, std::vector<std::pair<std::int64_t, std::string>>> events;
  for (const SimulatedRecord& record : all_of(*simulation.open(stream_of(simulation, Stream::consent, 0)))) {
    const auto line = nlohmann::json::parse(record.json);
    EXPECT_EQ(line["timestamp"], record.due_ms);
    events[line["email"]].emplace_back(record.due_ms, line["action"]);
  }
  return events;
}

TEST(Simulation, ConsentChangesAfterTheSittingsAsThePersonsPartSays) {
  const Scenario scenario = shipped_scenario("clinic");
  const auto events = consent_events(simulation_of(scenario));
  const std::map<ConsentPart, std::vector<std::string>> actions = {
      {ConsentPart::grants_later, {"grant"}},
      {ConsentPart::withdraws, {"withdraw"}},
      {ConsentPart::returns, {"withdraw", "grant"}}};
  std::map<ConsentPart, int> seen;
  for (std::size_t n = 0; n < 20; ++n) {
    const SimulatedPerson person(scenario, n);
    const auto said = events.find(person.identity().email);
    const auto expected = actions.find(person.consent_part());
    ASSERT_EQ(said != events.end(), expected != actions.end()) << n;
    if (said == events.end()) continue;
    ++seen[person.consent_part()];
    ASSERT_EQ(said->second.size(), expected->second.size());
    for (std::size_t i = 0; i < said->second.size(); ++i) {
      EXPECT_EQ(said->second[i].second, expected->second[i]);
      EXPECT_GT(said->second[i].first, person.registration_ms());
      EXPECT_GE(said->second[i].first, person.after_sitting_ms(static_cast<std::int64_t>(i)));
    }
  }
  EXPECT_EQ(seen.size(), 3U) << "each part is somebody's";
}

TEST(Simulation, TrainersArePairedAtRegistrationOrWhenTheDefectIsRepaired) {
  const Scenario scenario = shipped_scenario("clinic");
  const Simulation simulation = simulation_of(scenario);
  std::map<std::string, std::int64_t> paired_ms;  // by serial
  for (const SimulatedRecord& record : all_of(*simulation.open(stream_of(simulation, Stream::pairing, 0)))) {
    const auto line = nlohmann::json::parse(record.json);
    paired_ms[line["serialNumber"]] = line["timestamp"];
  }
  int repaired = 0;
  for (std::size_t n = 0; n < 20; ++n) {
    const SimulatedPerson person(scenario, n);
    const auto found = paired_ms.find(person.identity().serial);
    ASSERT_EQ(found != paired_ms.end(), person.is_paired() || person.is_repaired()) << n;
    if (found == paired_ms.end()) continue;
    repaired += person.is_paired() ? 0 : 1;
    EXPECT_EQ(found->second, person.is_paired() ? person.registration_ms() : person.after_sitting_ms(0));
  }
  EXPECT_GT(repaired, 0);
}

// Once nobody of the clinic's was: two mixes never fell together.
TEST(Simulation, OfThoseWithTheDefectTheShareThatIsRepairedHolds) {
  Scenario scenario = shipped_scenario("clinic");
  scenario.population.count = max_people;
  for (const double share : {0.0, 0.25, 0.5, 1.0}) {
    scenario.population.pairings.repaired = share;
    for (std::uint64_t seed = 1; seed < 6; ++seed) {
      scenario.seed = seed;
      int defects = 0;
      int repaired = 0;
      for (std::size_t n = 0; n < 1'000; ++n) {
        const SimulatedPerson person(scenario, n);
        defects += person.has_serial_defect() ? 1 : 0;
        repaired += person.is_repaired() ? 1 : 0;
        EXPECT_LE(person.is_repaired(), person.has_serial_defect());
      }
      EXPECT_NEAR(defects, 300, 3);
      EXPECT_NEAR(repaired, share * defects, 3);
    }
  }
}

TEST(Simulation, SerialDefectIsInTheCustomerRecordAndNotInTheReadings) {
  const Scenario scenario = shipped_scenario("clinic");
  std::map<std::string, int> recorded;
  int defects = 0;
  for (std::size_t n = 0; n < 20; ++n) {
    const SimulatedPerson person(scenario, n);
    ++recorded[person.recorded_serial()];
    defects += person.has_serial_defect() ? 1 : 0;
    EXPECT_EQ(person.recorded_serial() != person.identity().serial, person.has_serial_defect());
  }
  EXPECT_NEAR(defects, 6, 2);
  EXPECT_LE(recorded.size(), static_cast<std::size_t>(20 - defects + 2));
}

TEST(Simulation, DevicesSleepBetweenSittings) {
  const Simulation simulation = simulation_of(shipped_scenario("clinic"));
  const auto records = all_of(*simulation.open(stream_of(simulation, Stream::step_trainer, 0)));
  int pauses = 0;
  for (std::size_t i = 1; i < records.size(); ++i)
    pauses += records[i].due_ms - records[i - 1].due_ms > 600'000 ? 1 : 0;
  EXPECT_EQ(pauses, 2);
}

TEST(Simulation, SensorFaultsAreInTheLogAndInTheData) {
  const Simulation simulation = simulation_of(shipped_scenario("hostile"));
  const std::size_t stream = stream_of(simulation, Stream::step_trainer, 0);
  const auto records = all_of(*simulation.open(stream));
  const auto faults = simulation.sensor_faults(simulation.streams()[stream].device);
  EXPECT_TRUE(simulation.sensor_faults(0).empty());
  int stuck = 0;
  int steps = 0;
  for (const SensorFault& fault : faults) {
    std::map<std::string, int> distances;
    for (const SimulatedRecord& record : records) {
      if (record.due_ms <= fault.from_ms || record.due_ms + 1 >= fault.until_ms) continue;
      if (!record.is_damaged) ++distances[record.json.substr(record.json.rfind(':'))];
      if (fault.kind == SensorFault::Kind::clock_step) {
        EXPECT_NEAR(static_cast<double>(record.time_ms - record.due_ms), static_cast<double>(fault.step_ms),
                    3'000);
      }
    }
    if (fault.kind == SensorFault::Kind::stuck_sensor) {
      EXPECT_EQ(distances.size(), 1U);
    }
    (fault.kind == SensorFault::Kind::stuck_sensor ? stuck : steps) += 1;
  }
  EXPECT_EQ(stuck, 3);  // 18 an hour, ten minutes
  EXPECT_EQ(steps, 2);
}

}  // namespace
}  // namespace stedi::firmware
