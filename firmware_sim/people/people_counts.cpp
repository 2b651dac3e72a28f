#include "firmware_sim/people/people_counts.hpp"

#include <stdexcept>
#include <utility>

#include "core/record/decode.hpp"
#include "firmware_sim/people/person.hpp"
#include "firmware_sim/people/reading_counts.hpp"

namespace stedi::firmware {

namespace {

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

void read_stream(const Simulation& simulation, std::size_t stream, PersonReadings& readings,
                 LandingCounts& landed) {
  const auto source = simulation.open(stream);
  if (simulation.streams()[stream].stream == Stream::accelerometer) {
    landed.accelerometer +=
        decode_all<AccelerometerReading>(*source, landed.quarantined, [&](const auto& said) {
          readings.accelerometer.push_back({said.timestamp_ms, said.x, said.y, said.z});
        });
  } else {
    landed.step_trainer += decode_all<StepTrainerReading>(*source, landed.quarantined, [&](const auto& said) {
      readings.step_trainer.push_back({said.reading_time_ms, said.distance_from_object});
    });
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
  if (!person.has_serial_defect()) return since_ever;
  if (person.is_paired()) return person.registration_ms();
  return person.is_repaired() ? person.after_sitting_ms(0) : never;
}

// The record's own date counts, unless a withdrawal stands.
bool agrees_for_reference(const SimulatedPerson& person) {
  return person.consent_part() == ConsentPart::granted || person.consent_part() == ConsentPart::returns;
}

void count(const SimulatedPerson& person, PersonReadings readings, ReadingCounts& counts) {
  counts.add_strict(readings, consent_from_ms(person), owned_from_ms(person));
  if (person.has_serial_defect()) readings.step_trainer.clear();  // its serial is no record's
  counts.add_reference(readings, agrees_for_reference(person) ? 1 : 0);
}

}  // namespace

ExpectedCounts expected_counts(const Simulation& simulation) {
  LandingCounts landing;
  ReadingCounts counts;
  std::size_t stream = 0;
  while (simulation.streams()[stream].device == 0) ++stream;
  for (std::size_t number = 0; number < simulation.people(); ++number) {
    PersonReadings readings;
    for (; stream < simulation.streams().size() &&
           simulation.person_of(simulation.streams()[stream].device) == number;
         ++stream)
      read_stream(simulation, stream, readings, landing);
    const SimulatedPerson person(simulation.scenario(), number);
    if (has_record(person)) ++landing.customer;
    readings.sort_distinct();
    count(person, std::move(readings), counts);
  }
  return {landing, counts.strict(), counts.reference()};
}

}  // namespace stedi::firmware
