// What goes wrong, how often and for how long. The tables [network] and [faults.*] of a scenario.
#pragma once

#include <cstdint>

#include "core/config/config_table.hpp"
#include "firmware_sim/people/physics/device_clock.hpp"

namespace stedi::firmware {

// Strikes messages, or readings: each with `probability`, and then `burst` of them in a row.
struct BurstFault {
  double probability = 0;
  std::int64_t burst = 1;
};

// Strikes a device `per_hour` times an hour of the data's clock, and lasts from least_s to most_s.
struct TimedFault {
  double per_hour = 0;
  double least_s = 1;
  double most_s = 10;
};

struct DelayFault {
  BurstFault when;
  std::int64_t least_ms = 100;
  std::int64_t most_ms = 2'000;
};

struct BandwidthFault {
  TimedFault when;
  std::int64_t bytes_per_s = 1'000;
};

struct Faults {
  // Between firmware and transport.
  BurstFault drop;
  BurstFault duplicate;
  BurstFault reorder;  // the message goes out after the next `burst` ones
  BurstFault corrupt;  // bytes of a payload change
  DelayFault delay;
  TimedFault flap;       // the connection is lost
  TimedFault half_open;  // the connection seems to stand and takes nothing through
  BandwidthFault bandwidth;
  TimedFault reboot;  // off for that long; the spool stays
  // In the sensor: they are part of the device's data.
  BurstFault corrupt_reading;  // bytes of a reading's record change
  TimedFault stuck_sensor;     // the distance stays what it was
  ClockSteps clock_step;       // the device's clock is wrong
};

// What every message meets.
struct Network {
  std::int64_t latency_ms = 0;
  std::int64_t jitter_ms = 0;  // evenly, up to this much more
};

// Errors stay in the table, for its root's finish().
Network read_network(ConfigTable table);
Faults read_faults(ConfigTable table);

}  // namespace stedi::firmware
