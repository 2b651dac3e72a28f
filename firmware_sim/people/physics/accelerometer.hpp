// A phone's accelerometer: what it reports of a body's acceleration.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "firmware_sim/people/physics/body.hpp"
#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

// One kind of sensor. To add one, add a line to accelerometer_profiles().
struct AccelerometerProfile {
  std::string_view name;
  double rate_hz;
  double jitter_s;         // standard deviation of the instant of a sample
  double least_noise_mg;   // of one specimen in a moving pocket, standard deviation, from this …
  double most_noise_mg;    // … to this
  double offset_mg;        // of one specimen, each axis, at most, either way
  double most_g;           // beyond it it clips
  double dropped;          // how often samples are lost …
  std::int64_t most_lost;  // … and how many in a row, at most
};

// phone: 50 Hz, Android's game rate. Its figures, and which of them are ours: README.md, "Sources".
std::span<const AccelerometerProfile> accelerometer_profiles();
const AccelerometerProfile* find_accelerometer_profile(std::string_view name);

// Whole thousandths of g, along the phone's own axes.
struct MilliG {
  std::int64_t x = 0;
  std::int64_t y = 0;
  std::int64_t z = 0;
};

// One specimen in a pocket; a value.
class Accelerometer {
 public:
  Accelerometer(const AccelerometerProfile& profile, CounterRandom random);
  // How far the next sample is off its instant. Never so far that two samples change places.
  double jitter_s();
  // Whether the next sample is lost.
  bool loses_sample();
  // The phone comes to lie in the pocket anew; the same number, the same way.
  void lie(std::uint64_t number);
  MilliG measure(const Acceleration& acceleration);

 private:
  std::int64_t axis_mg(double true_g, double offset_mg);

  const AccelerometerProfile* profile_;
  double noise_mg_;
  Vector offset_mg_;
  Vector up_;
  Vector forward_;
  Vector left_;
  std::int64_t losing_ = 0;
  CounterRandom own_;
  CounterRandom random_;
};

}  // namespace stedi::firmware
