// One invented person of a scenario: who they are, which part they play, how they move. Everything depends on
// (scenario, seed, number) alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "firmware_sim/people/physics/body.hpp"
#include "firmware_sim/people/physics/gait.hpp"
#include "firmware_sim/people/physics/timeline.hpp"
#include "firmware_sim/people/scenario.hpp"
#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

enum class ConsentPart { granted, grants_later, withdraws, returns, without_record, never };

struct Identity {
  std::string name;
  std::string email;   // its last part before the @ is the person's number
  std::string serial;  // of the trainer; its last group is the person's number
  std::string birth_day;
};

// A value; the scenario outlives it.
class SimulatedPerson {
 public:
  SimulatedPerson(const Scenario& scenario, std::size_t number);

  std::size_t number() const { return number_; }
  Identity identity() const;
  double age_years() const;
  Gait gait() const;
  Timeline timeline() const;
  Body body() const;  // the same movements for each of the person's devices

  ConsentPart consent_part() const;
  bool has_serial_defect() const;
  bool is_paired() const;    // from registration on
  bool is_repaired() const;  // after the first sitting
  // What the customer record says: the trainer's own serial, or one of the defect's.
  std::string recorded_serial() const;

  // True times, epoch ms.
  std::int64_t registration_ms() const;
  // Shortly after the n-th sitting (from 0), or after the last one when there are fewer.
  std::int64_t after_sitting_ms(std::int64_t sitting) const;

  // The random numbers of one of the person's matters: "phone", "trainer", …
  CounterRandom random(std::string_view matter) const { return random_.stream(matter); }

 private:
  double place_in(std::string_view mix) const;

  const Scenario* scenario_;
  std::size_t number_;
  CounterRandom random_;
};

}  // namespace stedi::firmware
