#include "firmware_sim/twin/person.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "core/record/encode.hpp"
#include "firmware_sim/random/counter_random.hpp"
#include "firmware_sim/random/invented_name.hpp"

namespace stedi::firmware {

namespace {

CounterRandom stream_of(const TwinScenario& scenario, std::size_t person, std::string_view stream) {
  return CounterRandom(scenario.seed).stream(scenario.name).stream(std::uint64_t{person}).stream(stream);
}

std::string numbered(std::size_t number, int digits) {
  char text[24];
  std::snprintf(text, sizeof text, "%0*zu", digits, number);
  return text;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

// A serial belongs to a trainer, and a trainer is numbered as the person it was meant for.
std::string serial_of(const TwinScenario& scenario, std::size_t trainer) {
  CounterRandom random = stream_of(scenario, trainer, "serial");
  char text[48];
  std::snprintf(text, sizeof text, "twin%04zu-%08llx-%08llx", trainer,
                static_cast<unsigned long long>(random.bits() >> 32),
                static_cast<unsigned long long>(random.bits() >> 32));
  return text;
}

const Sitting& sitting_of(const TwinScenario& scenario, CounterRandom& random) {
  double shares = 0;
  for (const Sitting& sitting : scenario.sittings) shares += sitting.share;
  double place = random.fraction() * shares;
  for (const Sitting& sitting : scenario.sittings) {
    if (place < sitting.share) return sitting;
    place -= sitting.share;
  }
  return scenario.sittings.back();
}

std::vector<std::int64_t> instants_of(const TwinScenario& scenario, std::size_t number) {
  CounterRandom random = stream_of(scenario, number, "schedule");
  const Sitting& sitting = sitting_of(scenario, random);
  const std::int64_t start_ms =
      scenario.first_ms + sitting.start_s * 1000 + random.between(0, sitting.spread_s * 1000);
  const std::int64_t interval_ms =
      random.between(scenario.readings.interval_least_ms, scenario.readings.interval_most_ms);
  std::vector<std::int64_t> instants_ms;
  for (std::int64_t i = 0; i < scenario.readings.instants; ++i)
    instants_ms.push_back(start_ms + i * interval_ms);
  return instants_ms;
}

// The same object with a member more, as text.
std::string with_member(std::string line, std::string_view member) {
  line.back() = ',';
  return line.append(member) + "}";
}

bool agrees(Story story) {
  switch (story) {
    case Story::consenting:
    case Story::agreed_after_readings:
    case Story::changed_later:
    case Story::moved:
    case Story::agreed_later:
    case Story::withdrew:
    case Story::no_serial:
      return true;
    default:
      return false;
  }
}

void agree(CustomerRecord& record, std::int64_t from_ms) {
  record.research_from_ms = from_ms;
  record.research_is_number = true;
}

void disagree(CustomerRecord& record) {
  record.research_from_ms.reset();
  record.research_is_number = false;
}

Said<CustomerRecord> say(CustomerRecord record, const Part& part) {
  std::string line = encode(record);
  if (part.spells_null_dates) {
    if (!record.public_from_ms) line = with_member(line, R"("shareWithPublicAsOfDate":null)");
    if (!record.friends_from_ms) line = with_member(line, R"("shareWithFriendsAsOfDate":null)");
  }
  return {std::move(record), std::move(line)};
}

CustomerRecord first_record(const Part& part, const Person& person, CounterRandom& random) {
  CustomerRecord record;
  record.email = person.email;
  record.customer_name = person.name;
  record.phone = "5550100";
  record.birth_day = person.birth_day;
  record.serial_number = person.serial;
  record.registration_ms = person.registration_ms;
  record.last_update_ms = person.registration_ms;
  if (agrees(part.story)) agree(record, person.registration_ms);
  if (random.between(0, 1) == 1) record.public_from_ms = person.registration_ms;
  if (random.between(0, 1) == 1) record.friends_from_ms = person.registration_ms;
  return record;
}

// The second record of those who have one: what became of the first.
CustomerRecord second_record(CustomerRecord record, Story story, std::int64_t changed_ms) {
  record.last_update_ms = changed_ms;
  if (story == Story::moved) record.phone = "5550199";
  if (story == Story::agreed_later) agree(record, changed_ms);
  if (story == Story::withdrew) disagree(record);
  return record;
}

}  // namespace

Person make_person(const TwinScenario& scenario, std::size_t number, const Part& part) {
  CounterRandom random = stream_of(scenario, number, "person");
  const std::string digits = numbered(number, 4);
  Person person;
  const InventedName name = invented_name(random);
  const std::string colour(name.colour);
  const std::string bird(name.bird);
  person.name = colour + " " + bird + " " + digits;
  person.email = lower(colour + "." + bird) + "." + digits + "@example.com";
  person.serial = serial_of(scenario, part.serial_of);
  person.birth_day = std::to_string(random.between(1930, 2004)) + "-01-01";
  person.instants_ms = instants_of(scenario, number);
  person.registration_ms = person.instants_ms.front() + random.between(scenario.registration_least_s * 1000,
                                                                       scenario.registration_most_s * 1000);
  if (part.quirk == Quirk::clock_2099)
    person.instants_ms.back() = year_2099_ms + static_cast<std::int64_t>(number);
  return person;
}

std::vector<Said<CustomerRecord>> customer_records(const TwinScenario& scenario, std::size_t number,
                                                   const Part& part, const Person& person) {
  if (part.story == Story::stranger) return {};
  CounterRandom random = stream_of(scenario, number, "customer");
  CustomerRecord record = first_record(part, person, random);
  // Who agrees later does so while still measuring: a sitting lasts about a minute at the least.
  const std::int64_t latest_change_ms = part.story == Story::agreed_later ? 10'000 : 68'000;
  const std::int64_t changed_ms = person.registration_ms + random.between(1'000, latest_change_ms);
  switch (part.story) {
    case Story::agreed_after_readings:
      record.last_update_ms = person.instants_ms.back() + random.between(1'000, 20'000);
      agree(record, *record.last_update_ms);
      break;
    case Story::changed_later:
    case Story::changed_later_declined:
      record.last_update_ms = changed_ms;
      break;
    case Story::no_serial:
      record.serial_number.reset();
      return {{record, with_member(encode(record), R"("serialNumber":null)")}};
    case Story::research_date_zero:
      record.research_from_ms = 0;
      break;
    case Story::research_date_text:
      return {{record, with_member(encode(record), R"("shareWithResearchAsOfDate":"yes")")}};
    case Story::research_date_fractional:
      record.research_is_number = true;
      return {{record, with_member(encode(record), "\"shareWithResearchAsOfDate\":" +
                                                       std::to_string(person.registration_ms) + ".5")}};
    case Story::agreed_later:
      disagree(record);
      [[fallthrough]];
    case Story::moved:
    case Story::withdrew:
      return {say(record, part), say(second_record(record, part.story, changed_ms), part)};
    default:
      break;
  }
  return {say(std::move(record), part)};
}

namespace {

std::int64_t rows_at_instant(const TwinReadings& readings, CounterRandom& random) {
  std::int64_t weights = 0;
  for (const std::int64_t weight : readings.rows_per_instant) weights += weight;
  std::int64_t place = random.between(0, weights - 1);
  std::int64_t rows = 1;
  for (const std::int64_t weight : readings.rows_per_instant) {
    if (place < weight) break;
    place -= weight;
    ++rows;
  }
  return rows;
}

// Directions x, y, z in {-1, 0, 1}, all different: the public data hold no exact duplicate either.
std::vector<std::int64_t> different_directions(std::int64_t count, CounterRandom& random) {
  std::vector<std::int64_t> directions;
  while (std::cmp_less(directions.size(), count)) {
    const std::int64_t direction = random.between(0, 26);
    if (std::find(directions.begin(), directions.end(), direction) == directions.end())
      directions.push_back(direction);
  }
  return directions;
}

template <typename Record>
void say_reading(std::vector<Said<Record>>& said, Record reading) {
  std::string line = encode(reading);
  said.push_back({std::move(reading), std::move(line)});
}

// What the quirk does to the reading of one instant; `instant` counts from 0.
void apply(Quirk quirk, std::size_t instant, AccelerometerReading& reading) {
  if (quirk == Quirk::email_spelled_differently && instant % 3 == 0) reading.user = upper(reading.user);
  if (quirk == Quirk::unknown_fields) reading.extra = R"({"firmware":"0.9.1"})";
}

void apply(Quirk quirk, std::size_t instant, StepTrainerReading& reading) {
  if (quirk == Quirk::padded_serial && instant % 5 == 0)
    reading.serial_number = "  " + reading.serial_number + " ";
  if (quirk == Quirk::unknown_fields) reading.extra = R"({"battery":{"percent":87}})";
}

}  // namespace

std::vector<Said<AccelerometerReading>> accelerometer_readings(const TwinScenario& scenario,
                                                               std::size_t number, const Part& part,
                                                               const Person& person) {
  CounterRandom random = stream_of(scenario, number, "accelerometer");
  std::vector<Said<AccelerometerReading>> said;
  for (std::size_t i = 0; i < person.instants_ms.size(); ++i) {
    const std::int64_t rows = rows_at_instant(scenario.readings, random);
    for (const std::int64_t direction : different_directions(rows, random)) {
      const auto axis = [&](std::int64_t place) { return static_cast<double>(direction / place % 3 - 1); };
      AccelerometerReading reading{person.email, person.instants_ms[i], axis(1), axis(3), axis(9), {}};
      apply(part.quirk, i, reading);
      say_reading(said, std::move(reading));
    }
  }
  if (part.quirk == Quirk::duplicate_accelerometer) said.push_back(said[said.size() / 2]);
  if (part.quirk == Quirk::email_spelled_differently) {
    // Said twice, in two spellings: one reading by identity, two by text.
    AccelerometerReading again = said.front().record;
    again.user = person.email;
    say_reading(said, std::move(again));
  }
  return said;
}

std::vector<Said<StepTrainerReading>> step_trainer_readings(const TwinScenario& scenario, std::size_t number,
                                                            const Part& part, const Person& person) {
  CounterRandom random = stream_of(scenario, number, "step_trainer");
  std::vector<Said<StepTrainerReading>> said;
  for (std::size_t i = 0; i < person.instants_ms.size(); ++i) {
    const std::int64_t distance =
        random.between(scenario.readings.distance_least, scenario.readings.distance_most);
    StepTrainerReading reading{person.instants_ms[i], person.serial, distance, {}};
    apply(part.quirk, i, reading);
    say_reading(said, std::move(reading));
  }
  if (part.quirk == Quirk::duplicate_step_trainer) said.push_back(said[said.size() / 2]);
  if (part.quirk == Quirk::unknown_fields) {
    // Said again without the unknown field: equal in all seed fields.
    StepTrainerReading again = said.back().record;
    again.extra.clear();
    say_reading(said, std::move(again));
  }
  return said;
}

}  // namespace stedi::firmware
