#include "firmware_sim/twin/truth.hpp"

#include <algorithm>

namespace stedi::firmware {

namespace {

// From when the person's readings count: their last record says so, if it agrees.
std::int64_t consent_from_ms(Story story, const PersonSaid& said) {
  switch (story) {
    case Story::consenting:
    case Story::agreed_after_readings:
    case Story::changed_later:
    case Story::moved:
    case Story::agreed_later:
    case Story::no_serial:
      return *said.customer.back().record.research_from_ms;
    default:
      return never;
  }
}

bool owns_a_serial(const Part& part) {
  return part.story != Story::no_serial && part.quirk != Quirk::shared_serial;
}

template <typename Row>
void leave_out_2099(std::vector<Row>& rows) {
  std::erase_if(rows, [](const Row& row) { return row.time_ms >= year_2099_ms; });
}

// Which spelling a reading has does not matter.
PersonReadings by_identity(const PersonSaid& said) {
  PersonReadings readings;
  for (const auto& [reading, line] : said.accelerometer)
    readings.accelerometer.push_back({reading.timestamp_ms, reading.x, reading.y, reading.z});
  for (const auto& [reading, line] : said.step_trainer)
    readings.step_trainer.push_back({reading.reading_time_ms, reading.distance_from_object});
  leave_out_2099(readings.accelerometer);
  leave_out_2099(readings.step_trainer);
  readings.sort_distinct();
  return readings;
}

// Those that spell email and serial as the person's records do.
PersonReadings by_text(const Part& part, const Person& person, const PersonSaid& said) {
  PersonReadings readings;
  for (const auto& [reading, line] : said.accelerometer) {
    if (reading.user == person.email)
      readings.accelerometer.push_back({reading.timestamp_ms, reading.x, reading.y, reading.z});
  }
  for (const auto& [reading, line] : said.step_trainer) {
    if (reading.serial_number == person.serial && part.story != Story::no_serial)
      readings.step_trainer.push_back({reading.reading_time_ms, reading.distance_from_object});
  }
  readings.sort_distinct();
  return readings;
}

}  // namespace

void TwinTruth::add(const Part& part, const Person& person, const PersonSaid& said) {
  counts_.add_strict(by_identity(said), consent_from_ms(part.story, said),
                     owns_a_serial(part) ? since_ever : never);
  const auto agreed =
      std::ranges::count_if(said.customer, [](const auto& one) { return one.record.research_is_number; });
  if (agreed == 0) return;
  PersonReadings readings = by_text(part, person, said);
  std::erase_if(readings.step_trainer, [&](const Distance& row) {
    return !of_serial_.emplace(part.serial_of, row.time_ms, row.distance).second;
  });
  counts_.add_reference(readings, static_cast<std::size_t>(agreed));
}

ExpectedCounts TwinTruth::counts(const LandingCounts& landing) {
  return {landing, counts_.strict(), counts_.reference()};
}

}  // namespace stedi::firmware
