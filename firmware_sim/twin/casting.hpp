// Who of a twin's people plays which part. Each person has at most one story and one quirk, so that no defect
// hides another and the truth stays easy to follow.
#pragma once

#include <cstddef>
#include <vector>

#include "firmware_sim/twin/scenario.hpp"

namespace stedi::firmware {

// How a person's customer records came about.
enum class Story {
  consenting,
  declined,
  agreed_after_readings,
  changed_later,
  changed_later_declined,
  moved,
  agreed_later,
  withdrew,
  research_date_zero,
  research_date_text,
  research_date_fractional,
  no_serial,
  stranger,  // no customer record
};

// What is odd about a person's readings.
enum class Quirk {
  none,
  duplicate_accelerometer,
  duplicate_step_trainer,
  email_spelled_differently,
  padded_serial,
  shared_serial,
  clock_2099,
  unknown_fields,
};

struct Part {
  Story story = Story::declined;
  Quirk quirk = Quirk::none;
  std::size_t serial_of = 0;  // the person whose serial this one uses: mostly itself
  bool spells_null_dates = false;
  bool has_duplicate_record = false;
};

// One part a person, strangers last. Depends on the scenario and the seed alone.
std::vector<Part> cast_people(const TwinScenario& scenario);

}  // namespace stedi::firmware
