#include "firmware_sim/people/physics/accelerometer.hpp"

#include <algorithm>
#include <cmath>

#include "firmware_sim/people/physics/near_normal.hpp"

namespace stedi::firmware {

namespace {

constexpr std::array<AccelerometerProfile, 1> known_accelerometers = {{
    {.name = "phone",
     .rate_hz = 50,
     .jitter_s = 0.002,
     .least_noise_mg = 10,
     .most_noise_mg = 30,
     .offset_mg = 40,
     .most_g = 4,
     .dropped = 0.001,
     .most_lost = 4},
}};

constexpr double most_jitter = 0.45;  // of the time between two samples

double dot(const Vector& a, const Vector& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

Vector unit(const Vector& v) {
  const double length = std::sqrt(dot(v, v));
  return {v.x / length, v.y / length, v.z / length};
}

Vector cross(const Vector& a, const Vector& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

// Evenly on the sphere, but for the noise's bounded tails.
Vector direction(CounterRandom& random) {
  Vector v{near_normal(random), near_normal(random), near_normal(random)};
  v.x += dot(v, v) < 1e-6 ? 1 : 0;
  return unit(v);
}

// Perpendicular to `up`, turned at random.
Vector across(const Vector& up, CounterRandom& random) {
  const Vector v = direction(random);
  const double along = dot(v, up);
  const Vector rest{v.x - along * up.x, v.y - along * up.y, v.z - along * up.z};
  if (dot(rest, rest) > 1e-6) return unit(rest);
  return unit(cross(up, std::abs(up.x) < 0.9 ? Vector{1, 0, 0} : Vector{0, 1, 0}));
}

std::int64_t rounded(double value) {
  return static_cast<std::int64_t>(value < 0 ? value - 0.5 : value + 0.5);
}

}  // namespace

std::span<const AccelerometerProfile> accelerometer_profiles() {
  return known_accelerometers;
}

const AccelerometerProfile* find_accelerometer_profile(std::string_view name) {
  const auto found = std::find_if(known_accelerometers.begin(), known_accelerometers.end(),
                                  [name](const auto& profile) { return profile.name == name; });
  return found == known_accelerometers.end() ? nullptr : &*found;
}

Accelerometer::Accelerometer(const AccelerometerProfile& profile, CounterRandom random)
    : profile_(&profile), own_(random.stream("specimen")), random_(random) {
  CounterRandom specimen = own_;
  noise_mg_ = evenly(specimen, profile.least_noise_mg, profile.most_noise_mg);
  const auto offset_mg = [&] { return evenly(specimen, -profile.offset_mg, profile.offset_mg); };
  offset_mg_.x = offset_mg();
  offset_mg_.y = offset_mg();
  offset_mg_.z = offset_mg();
  lie(0);
}

void Accelerometer::lie(std::uint64_t number) {
  CounterRandom random = own_.stream("pocket").stream(number);
  up_ = direction(random);
  forward_ = across(up_, random);
  left_ = cross(up_, forward_);
}

double Accelerometer::jitter_s() {
  const double most_s = most_jitter / profile_->rate_hz;
  return std::clamp(profile_->jitter_s * near_normal(random_), -most_s, most_s);
}

bool Accelerometer::loses_sample() {
  if (losing_ > 0) {
    --losing_;
    return true;
  }
  if (random_.fraction() >= profile_->dropped) return false;
  losing_ = random_.between(0, profile_->most_lost - 1);
  return true;
}

std::int64_t Accelerometer::axis_mg(double true_g, double offset_mg) {
  const double most_mg = profile_->most_g * 1'000;
  const double seen_mg = true_g * 1'000 + offset_mg + noise_mg_ * near_normal(random_);
  return rounded(std::clamp(seen_mg, -most_mg, most_mg));
}

MilliG Accelerometer::measure(const Acceleration& acceleration) {
  const double up = 1 + acceleration.up;  // at rest it feels the floor push up
  const auto along = [&](double Vector::*axis) {
    return up * up_.*axis + acceleration.forward * forward_.*axis + acceleration.left * left_.*axis;
  };
  MilliG reading;
  reading.x = axis_mg(along(&Vector::x), offset_mg_.x);
  reading.y = axis_mg(along(&Vector::y), offset_mg_.y);
  reading.z = axis_mg(along(&Vector::z), offset_mg_.z);
  return reading;
}

}  // namespace stedi::firmware
