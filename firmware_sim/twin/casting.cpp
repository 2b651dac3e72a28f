#include "firmware_sim/twin/casting.hpp"

#include <cassert>
#include <numeric>
#include <utility>

#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

namespace {

// People in a random order, so that parts are not told by their number.
std::vector<std::size_t> shuffled(std::size_t count, CounterRandom random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) {
    const auto other = static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(i) - 1));
    std::swap(order[i - 1], order[other]);
  }
  return order;
}

// Hands out parts to people in their random order; the scenario was checked to have enough of them.
class Casting {
 public:
  Casting(std::vector<Part>& parts, std::vector<std::size_t> order)
      : parts_(parts), order_(std::move(order)) {}

  std::size_t next() {
    assert(next_ < order_.size());
    return order_[next_++];
  }
  void stories(std::int64_t count, Story story) {
    for (std::int64_t i = 0; i < count; ++i) parts_[next()].story = story;
  }
  void quirks(std::int64_t count, Quirk quirk) {
    for (std::int64_t i = 0; i < count; ++i) {
      Part& part = parts_[next()];
      part.story = Story::consenting;
      part.quirk = quirk;
    }
  }
  void shared_serials(std::int64_t pairs) {
    for (std::int64_t i = 0; i < pairs; ++i) {
      const std::size_t one = next();
      const std::size_t other = next();
      for (const std::size_t person : {one, other}) {
        parts_[person].story = Story::consenting;
        parts_[person].quirk = Quirk::shared_serial;
        parts_[person].serial_of = one;
      }
    }
  }
  std::int64_t handed_out() const { return static_cast<std::int64_t>(next_); }

 private:
  std::vector<Part>& parts_;
  std::vector<std::size_t> order_;
  std::size_t next_ = 0;
};

}  // namespace

std::vector<Part> cast_people(const TwinScenario& scenario) {
  const TwinPeople& people = scenario.people;
  const TwinDefects& defects = scenario.defects;
  const auto count = static_cast<std::size_t>(people.count);
  const auto random = CounterRandom(scenario.seed).stream(scenario.name);
  std::vector<Part> parts(count);
  for (std::size_t i = 0; i < count; ++i) parts[i].serial_of = i;

  Casting casting(parts, shuffled(count, random.stream("casting")));
  casting.stories(people.consent_after_readings, Story::agreed_after_readings);
  casting.stories((people.changed_later + 1) / 2, Story::changed_later);
  casting.stories(people.moved, Story::moved);
  casting.stories(people.agreed_later, Story::agreed_later);
  casting.stories(people.no_serial, Story::no_serial);
  casting.quirks(defects.duplicate_accelerometer, Quirk::duplicate_accelerometer);
  casting.quirks(defects.duplicate_step_trainer, Quirk::duplicate_step_trainer);
  casting.quirks(defects.emails_spelled_differently, Quirk::email_spelled_differently);
  casting.quirks(defects.padded_serials, Quirk::padded_serial);
  casting.quirks(defects.clock_2099, Quirk::clock_2099);
  casting.quirks(defects.unknown_fields, Quirk::unknown_fields);
  casting.shared_serials(defects.shared_serials);
  casting.stories(people.consenting - casting.handed_out(), Story::consenting);
  casting.stories(people.changed_later / 2, Story::changed_later_declined);
  casting.stories(people.withdrew, Story::withdrew);
  casting.stories(people.research_date_zero, Story::research_date_zero);
  casting.stories(people.research_date_text, Story::research_date_text);
  casting.stories(people.research_date_fractional, Story::research_date_fractional);

  // These two go with any part.
  const auto null_dates = shuffled(count, random.stream("null dates"));
  for (std::int64_t i = 0; i < people.null_dates; ++i)
    parts[null_dates[static_cast<std::size_t>(i)]].spells_null_dates = true;
  const auto duplicates = shuffled(count, random.stream("duplicate records"));
  for (std::int64_t i = 0; i < defects.duplicate_customers; ++i)
    parts[duplicates[static_cast<std::size_t>(i)]].has_duplicate_record = true;

  for (std::int64_t i = 0; i < people.strangers; ++i)
    parts.push_back({Story::stranger, Quirk::none, parts.size(), false, false});
  return parts;
}

}  // namespace stedi::firmware
