#include "firmware_sim/people/people_counts.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "core/record/decode.hpp"
#include "core/record/limits.hpp"
#include "firmware_sim/people/person.hpp"

namespace stedi::firmware {

namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

struct Motion {
  std::int64_t time_ms;
  double x;
  double y;
  double z;
  bool operator==(const Motion&) const = default;
  bool operator<(const Motion& other) const {
    return std::tie(time_ms, x, y, z) < std::tie(other.time_ms, other.x, other.y, other.z);
  }
};

struct Distance {
  std::int64_t time_ms;
  std::int64_t distance;
  bool operator==(const Distance&) const = default;
  bool operator<(const Distance& other) const {
    return std::tie(time_ms, distance) < std::tie(other.time_ms, other.distance);
  }
};

// What one person's devices said, equal readings once, ascending.
struct Readings {
  std::vector<Motion> accelerometer;
  std::vector<Distance> step_trainer;
  std::size_t landed_accelerometer = 0;
  std::size_t landed_step_trainer = 0;
  std::size_t damaged = 0;  // of both
};

template <typename Row>
void sort_distinct(std::vector<Row>& rows) {
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

// Calls `take` with each record of a source that the sensor did not damage, decoded.
template <typename Record, typename Take>
std::size_t decode_all(RecordSource& source, std::size_t& damaged, Take take) {
  RecordDecoder decoder;
  Record decoded;
  SimulatedRecord record;
  std::size_t count = 0;
  while (source.next(record)) {
    if (record.is_damaged) {
      ++damaged;
      continue;
    }
    ++count;
    record.json.append(decode_padding_bytes, ' ');
    const std::string_view line(record.json.data(), record.json.size() - decode_padding_bytes);
    if (decoder.decode(line, decoded)) throw std::logic_error("a simulated record that no reader accepts");
    take(decoded);
  }
  return count;
}

void read_stream(const Simulation& simulation, std::size_t stream, Readings& readings) {
  const auto source = simulation.open(stream);
  if (simulation.streams()[stream].stream == Stream::accelerometer) {
    readings.landed_accelerometer +=
        decode_all<AccelerometerReading>(*source, readings.damaged, [&](const auto& said) {
          readings.accelerometer.push_back({said.timestamp_ms, said.x, said.y, said.z});
        });
    sort_distinct(readings.accelerometer);
  } else {
    readings.landed_step_trainer +=
        decode_all<StepTrainerReading>(*source, readings.damaged, [&](const auto& said) {
          readings.step_trainer.push_back({said.reading_time_ms, said.distance_from_object});
        });
    sort_distinct(readings.step_trainer);
  }
}

bool has_record(const SimulatedPerson& person) {
  return person.consent_part() != ConsentPart::without_record;
}

// From when the person's readings count in the end.
std::int64_t consent_from_ms(const SimulatedPerson& person) {
  switch (person.consent_part()) {
    case ConsentPart::granted:
      return person.registration_ms();
    case ConsentPart::grants_later:
      return person.after_sitting_ms(0);
    case ConsentPart::returns:
      return person.after_sitting_ms(1) + 1'000;
    default:
      return never;
  }
}

// From when the trainer's readings are known to be the person's: for ever by the record, else by the pairing.
std::int64_t owned_from_ms(const SimulatedPerson& person) {
  if (!person.has_serial_defect()) return std::numeric_limits<std::int64_t>::min();
  if (person.is_paired()) return person.registration_ms();
  return person.is_repaired() ? person.after_sitting_ms(0) : never;
}

template <typename Row>
std::span<const Row> from_time(const std::vector<Row>& rows, std::int64_t from_ms) {
  const auto first = std::partition_point(rows.begin(), rows.end(),
                                          [from_ms](const Row& row) { return row.time_ms < from_ms; });
  return {first, rows.end()};
}

// Pairs of equal time; both ascending.
template <typename Left, typename Right, typename LeftTime, typename RightTime>
std::size_t count_pairs(const Left& left, const Right& right, LeftTime left_ms, RightTime right_ms) {
  std::size_t pairs = 0;
  auto begin = right.begin();
  for (const auto& row : left) {
    while (begin != right.end() && right_ms(*begin) < left_ms(row)) ++begin;
    for (auto match = begin; match != right.end() && right_ms(*match) == left_ms(row); ++match) ++pairs;
  }
  return pairs;
}

void count_strict(const SimulatedPerson& person, const Readings& readings, ZoneCounts& counts) {
  const std::int64_t from_ms = consent_from_ms(person);
  if (from_ms == never || !has_record(person)) return;
  ++counts.customer_trusted;
  const std::int64_t plausible_ms = std::max(from_ms, limits::earliest_plausible_ms);
  const auto accelerometer = from_time(readings.accelerometer, plausible_ms);
  if (accelerometer.empty()) return;
  const auto step_trainer = from_time(readings.step_trainer, std::max(plausible_ms, owned_from_ms(person)));
  ++counts.customers_curated;
  counts.accelerometer_trusted += accelerometer.size();
  counts.step_trainer_trusted += step_trainer.size();
  const auto time_ms = [](const auto& row) { return row.time_ms; };
  counts.machine_learning_curated += count_pairs(step_trainer, accelerometer, time_ms, time_ms);
}

// `reference` joins across people, on time alone: these are all the times of either side.
struct ReferenceTimes {
  std::vector<std::int64_t> accelerometer_ms;
  std::vector<std::int64_t> step_trainer_ms;
};

// The record's own date counts, unless a withdrawal stands.
bool agrees_for_reference(const SimulatedPerson& person) {
  return person.consent_part() == ConsentPart::granted || person.consent_part() == ConsentPart::returns;
}

void count_reference(const SimulatedPerson& person, const Readings& readings, ZoneCounts& counts,
                     ReferenceTimes& times) {
  if (!agrees_for_reference(person)) return;
  ++counts.customer_trusted;
  if (readings.accelerometer.empty()) return;
  ++counts.customers_curated;
  counts.accelerometer_trusted += readings.accelerometer.size();
  for (const Motion& row : readings.accelerometer) times.accelerometer_ms.push_back(row.time_ms);
  if (person.has_serial_defect()) return;
  counts.step_trainer_trusted += readings.step_trainer.size();
  for (const Distance& row : readings.step_trainer) times.step_trainer_ms.push_back(row.time_ms);
}

std::size_t reference_pairs(ReferenceTimes& times) {
  std::sort(times.accelerometer_ms.begin(), times.accelerometer_ms.end());
  std::sort(times.step_trainer_ms.begin(), times.step_trainer_ms.end());
  const auto itself = [](std::int64_t time_ms) { return time_ms; };
  return count_pairs(times.step_trainer_ms, times.accelerometer_ms, itself, itself);
}

}  // namespace

ExpectedCounts expected_counts(const Simulation& simulation) {
  ExpectedCounts counts;
  ReferenceTimes times;
  std::size_t stream = 0;
  while (simulation.streams()[stream].device == 0) ++stream;
  for (std::size_t number = 0; number < simulation.people(); ++number) {
    Readings readings;
    for (; stream < simulation.streams().size() &&
           simulation.person_of(simulation.streams()[stream].device) == number;
         ++stream)
      read_stream(simulation, stream, readings);
    const SimulatedPerson person(simulation.scenario(), number);
    if (has_record(person)) ++counts.landing.customer;
    counts.landing.accelerometer += readings.landed_accelerometer;
    counts.landing.step_trainer += readings.landed_step_trainer;
    counts.landing.quarantined += readings.damaged;
    count_strict(person, readings, counts.strict);
    count_reference(person, readings, counts.reference, times);
  }
  counts.reference.machine_learning_curated = reference_pairs(times);
  return counts;
}

}  // namespace stedi::firmware
