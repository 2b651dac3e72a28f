// Noise: numbers that are nearly normal, from one random word each, without logarithm or sine.
#pragma once

#include <cstdint>

#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

// The sum of n uniform numbers tends to a normal one (Irwin and Hall, Biometrika 19, 1927). Here n = 8, the
// bytes of a word: mean 0, standard deviation 1, steps of 1/209, none beyond 4.9; its excess kurtosis is
// -0.15.
inline double near_normal(CounterRandom& random) {
  constexpr std::uint64_t every_other_byte = 0x00ff00ff00ff00ffU;
  constexpr std::uint64_t sum_lanes = 0x0001000100010001U;
  const std::uint64_t word = random.bits();
  const std::uint64_t pairs = (word & every_other_byte) + ((word >> 8) & every_other_byte);
  const auto sum = static_cast<double>((pairs * sum_lanes) >> 48);
  constexpr double mean = 8 * 127.5;
  constexpr double one_by_deviation = 1 / 209.0215299;  // √(8 · (256² − 1) / 12)
  return (sum - mean) * one_by_deviation;
}

// Evenly from least to most.
inline double evenly(CounterRandom& random, double least, double most) {
  return least + (most - least) * random.fraction();
}

}  // namespace stedi::firmware
