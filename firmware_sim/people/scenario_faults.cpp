#include "firmware_sim/people/scenario_faults.hpp"

#include <algorithm>

#include "core/clock.hpp"

namespace stedi::firmware {

namespace {

constexpr double most_per_hour = 3'600;
constexpr double most_lasts_s = 86'400;
constexpr std::int64_t most_burst = 10'000;
constexpr std::int64_t most_delay_ms = 3'600'000;
constexpr std::int64_t most_step_ms = 10 * 365 * day_ms;

void read_burst(ConfigTable& table, BurstFault& fault) {
  fault.probability = table.number("probability", fault.probability, 0, 1);
  fault.burst = table.integer("burst", fault.burst, 1, most_burst);
}

BurstFault burst_fault(ConfigTable table) {
  BurstFault fault;
  read_burst(table, fault);
  return fault;
}

template <typename Fault>
void read_times(ConfigTable& table, Fault& fault) {
  fault.per_hour = table.number("per_hour", fault.per_hour, 0, most_per_hour);
  fault.least_s = table.number("least_s", fault.least_s, 0, most_lasts_s);
  fault.most_s = table.number("most_s", std::max(fault.most_s, fault.least_s), fault.least_s, most_lasts_s);
  // Else it would never be over.
  if (fault.per_hour * fault.most_s > 3'600)
    table.reject("most_s", "less than the time from one to the next");
}

TimedFault timed_fault(ConfigTable table) {
  TimedFault fault;
  read_times(table, fault);
  return fault;
}

DelayFault delay_fault(ConfigTable table) {
  DelayFault fault;
  read_burst(table, fault.when);
  fault.least_ms = table.integer("least_ms", fault.least_ms, 0, most_delay_ms);
  fault.most_ms =
      table.integer("most_ms", std::max(fault.most_ms, fault.least_ms), fault.least_ms, most_delay_ms);
  return fault;
}

BandwidthFault bandwidth_fault(ConfigTable table) {
  BandwidthFault fault;
  read_times(table, fault.when);
  fault.bytes_per_s = table.integer("bytes_per_s", fault.bytes_per_s, 1, 1'000'000'000);
  return fault;
}

ClockSteps clock_step_fault(ConfigTable table) {
  ClockSteps fault;
  read_times(table, fault);
  fault.least_ms = table.integer("least_ms", fault.least_ms, 0, most_step_ms);
  fault.most_ms =
      table.integer("most_ms", std::max(fault.most_ms, fault.least_ms), fault.least_ms, most_step_ms);
  return fault;
}

}  // namespace

Network read_network(ConfigTable table) {
  Network network;
  network.latency_ms = table.integer("latency_ms", 0, 0, most_delay_ms);
  network.jitter_ms = table.integer("jitter_ms", 0, 0, most_delay_ms);
  return network;
}

Faults read_faults(ConfigTable table) {
  Faults faults;
  faults.drop = burst_fault(table.table("drop"));
  faults.duplicate = burst_fault(table.table("duplicate"));
  faults.reorder = burst_fault(table.table("reorder"));
  faults.corrupt = burst_fault(table.table("corrupt"));
  faults.delay = delay_fault(table.table("delay"));
  faults.flap = timed_fault(table.table("flap"));
  faults.half_open = timed_fault(table.table("half_open"));
  faults.bandwidth = bandwidth_fault(table.table("bandwidth"));
  faults.reboot = timed_fault(table.table("reboot"));
  faults.corrupt_reading = burst_fault(table.table("corrupt_reading"));
  faults.stuck_sensor = timed_fault(table.table("stuck_sensor"));
  faults.clock_step = clock_step_fault(table.table("clock_step"));
  return faults;
}

}  // namespace stedi::firmware
