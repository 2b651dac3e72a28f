// Which messages, or readings, a fault strikes.
#pragma once

#include "firmware_sim/people/scenario_faults.hpp"
#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

// Each is struck with the fault's probability, and then its burst in a row. The n-th answer depends on the
// seed and n alone.
class Strikes {
 public:
  Strikes(const BurstFault& fault, CounterRandom random) : fault_(fault), random_(random) {}

  bool next() {
    const bool begins = random_.fraction() < fault_.probability;
    if (left_ > 0) {
      --left_;
      return true;
    }
    if (begins) left_ = fault_.burst - 1;
    return begins;
  }

 private:
  BurstFault fault_;
  CounterRandom random_;
  std::int64_t left_ = 0;
};

}  // namespace stedi::firmware
