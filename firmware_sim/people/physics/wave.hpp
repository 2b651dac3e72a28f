// Smooth shapes from polynomials: the mathematical library's last digits differ from machine to machine.
#pragma once

#include <algorithm>
#include <cstdint>

namespace stedi::firmware {

// The sine of `turns` whole turns, to within 0.001. Bhaskara's rational formula (7th century), exact at 0,
// 1/12, 1/4 … of a turn. Up to 2^62 turns.
inline double sine_of_turns(double turns) {
  double part = turns - static_cast<double>(static_cast<std::int64_t>(turns));
  if (part < 0) part += 1;
  const double half = part < 0.5 ? part : part - 0.5;  // of a turn
  const double product = 2 * half * (1 - 2 * half);
  const double sine = 16 * product / (5 - 4 * product);
  return part < 0.5 ? sine : -sine;
}

// From 0 to 1 and back to 0 as u goes from 0 to 1, at rest at both ends. It is the speed of a movement of
// least jerk (Flash and Hogan, J. Neurosci. 5, 1985), scaled to 1 in the middle.
inline double smooth_bump(double u) {
  if (u <= 0 || u >= 1) return 0;
  const double rest = u * (1 - u);
  return 16 * rest * rest;
}

// From 0 to 1 and back, with edges of an eighth: a leg that crosses the beam.
inline double sharp_bump(double u) {
  return std::clamp(8 * std::min(u, 1 - u), 0.0, 1.0);
}

// From 0 to 1 as u goes from 0 to 1, at rest at both ends.
inline double smooth_rise(double u) {
  const double at = std::clamp(u, 0.0, 1.0);
  return at * at * (3 - 2 * at);
}

}  // namespace stedi::firmware
