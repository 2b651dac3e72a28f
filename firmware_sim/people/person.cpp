#include "firmware_sim/people/person.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include "firmware_sim/people/physics/near_normal.hpp"
#include "firmware_sim/random/invented_name.hpp"

namespace stedi::firmware {

namespace {

constexpr double mean_year_ms = 31'556'952'000;

CounterRandom scenario_random(const Scenario& scenario) {
  return CounterRandom(scenario.seed).stream(scenario.name);
}

template <typename... Values>
std::string printed(const char* format, Values... values) {
  std::array<char, 96> text{};
  const int length = std::snprintf(text.data(), text.size(), format, values...);
  return {text.data(), static_cast<std::size_t>(std::clamp(length, 0, static_cast<int>(text.size()) - 1))};
}

// Like a UUID, so that it looks like the public data's; its last group is a number.
std::string serial_of(CounterRandom random, unsigned long long number) {
  const std::uint64_t bits = random.bits();
  return printed("%08llx-%04llx-4%03llx-9%03llx-%012llu", static_cast<unsigned long long>(bits >> 32),
                 static_cast<unsigned long long>(bits >> 16 & 0xffff),
                 static_cast<unsigned long long>(bits & 0xfff),
                 static_cast<unsigned long long>(random.bits() & 0xfff), number);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return result;
}

}  // namespace

SimulatedPerson::SimulatedPerson(const Scenario& scenario, std::size_t number)
    : scenario_(&scenario),
      number_(number),
      random_(scenario_random(scenario).stream("person").stream(std::uint64_t{number})) {}

double SimulatedPerson::age_years() const {
  CounterRandom random = random_.stream("age");
  return static_cast<double>(random.between(scenario_->population.age_least, scenario_->population.age_most));
}

Identity SimulatedPerson::identity() const {
  CounterRandom random = random_.stream("identity");
  const InventedName name = invented_name(random);
  const std::string digits = printed("%05zu", number_);
  const auto year =
      static_cast<int>(1970 + static_cast<double>(scenario_->start_ms) / mean_year_ms - age_years());
  Identity identity;
  identity.name = std::string(name.colour) + " " + std::string(name.bird) + " " + digits;
  identity.email = lower(name.colour) + "." + lower(name.bird) + "." + digits + "@example.com";
  identity.serial = serial_of(random_.stream("serial"), number_);
  identity.birth_day = printed("%04d-%02d-01", year, static_cast<int>(random.between(1, 12)));
  return identity;
}

Gait SimulatedPerson::gait() const {
  return make_gait(age_years(), random_.stream("gait"));
}

Timeline SimulatedPerson::timeline() const {
  return {scenario_->sittings, scenario_->activities, gait(), random_.stream("sittings")};
}

Body SimulatedPerson::body() const {
  return {gait(), timeline(), random_.stream("sway")};
}

// People in turn take places as far from each other as can be (multiples of the golden ratio), so that a
// share holds in every part of the population and does not depend on its size.
double SimulatedPerson::place_in(std::string_view mix) const {
  constexpr double golden = 0.6180339887498949;
  const double place =
      scenario_random(*scenario_).stream(mix).fraction() + golden * static_cast<double>(number_);
  return place - static_cast<double>(static_cast<std::int64_t>(place));
}

ConsentPart SimulatedPerson::consent_part() const {
  const ConsentMix& mix = scenario_->population.consent;
  const std::array<std::pair<double, ConsentPart>, 5> parts = {
      {{mix.granted, ConsentPart::granted},
       {mix.grants_later, ConsentPart::grants_later},
       {mix.withdraws, ConsentPart::withdraws},
       {mix.returns, ConsentPart::returns},
       {mix.without_record, ConsentPart::without_record}}};
  double place = place_in("consent");
  for (const auto& [share, part] : parts) {
    if (place < share) return part;
    place -= share;
  }
  return ConsentPart::never;
}

bool SimulatedPerson::has_serial_defect() const {
  return place_in("serial defect") < scenario_->population.pairings.serial_defect;
}

bool SimulatedPerson::is_paired() const {
  return place_in("paired") < scenario_->population.pairings.paired;
}

// The first part of those with the defect: places of another mix would fall together with theirs always or
// never.
bool SimulatedPerson::is_repaired() const {
  const Pairings& pairings = scenario_->population.pairings;
  return place_in("serial defect") < pairings.serial_defect * pairings.repaired;
}

std::string SimulatedPerson::recorded_serial() const {
  if (!has_serial_defect()) return serial_of(random_.stream("serial"), number_);
  CounterRandom random = random_.stream("defect");
  const auto which =
      static_cast<std::uint64_t>(random.between(0, scenario_->population.pairings.defect_serials - 1));
  // No trainer's: trainers are numbered as people, below max_people.
  return serial_of(scenario_random(*scenario_).stream("defect serial").stream(which),
                   999'999'000'000 + which);
}

std::int64_t SimulatedPerson::registration_ms() const {
  CounterRandom random = random_.stream("registration");
  const auto first_ms = static_cast<std::int64_t>(timeline().first_s() * 1'000);
  return scenario_->start_ms + first_ms - random.between(60'000, 600'000);
}

std::int64_t SimulatedPerson::after_sitting_ms(std::int64_t sitting) const {
  Timeline timeline = this->timeline();
  double end_s = 0;
  while (const auto run = timeline.next()) {
    if (timeline.sitting() > sitting) break;
    end_s = run->end_s();
  }
  CounterRandom random = random_.stream("after sitting").stream(static_cast<std::uint64_t>(sitting));
  return scenario_->start_ms + static_cast<std::int64_t>(end_s * 1'000) + random.between(2'000, 20'000);
}

}  // namespace stedi::firmware
