// One schedule: a device, a gateway, a broker, their disks and clocks, and what befalls them, all from one
// seed. After the faults everything works again, and then the law must hold.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/simulation/device_node.hpp"
#include "tests/simulation/gateway_node.hpp"
#include "tests/simulation/law.hpp"
#include "tests/simulation/mutation.hpp"

namespace stedi::simulation {

// What schedules have come across: a simulation that never meets a case proves nothing about it.
struct Coverage {
  std::size_t gateway_died_before_commit = 0;  // at a write or a sync
  std::size_t gateway_died_after_commit_before_ack = 0;
  std::size_t device_died_before_acceptance = 0;  // at a write or a sync
  std::size_t device_died_after_ack_before_delete = 0;
  std::size_t device_died_before_publishing = 0;  // accepted, not sent
  std::size_t power_cuts = 0;
  std::size_t kills = 0;
  std::size_t clean_stops = 0;
  std::size_t disk_troubles = 0;
  std::size_t clock_steps = 0;
  std::size_t store_swaps = 0;
  std::size_t failed_groups = 0;
  std::size_t duplicates = 0;
  std::size_t withheld = 0;
  std::size_t shed = 0;
  std::size_t gaps = 0;
  std::size_t batches = 0;
  Network::Counts network;
};

class World {
 public:
  // `folder` is empty and the schedule's own.
  World(std::uint64_t seed, const std::filesystem::path& folder, Mutation mutation);

  // Plays the schedule to its end and judges it.
  Judgement run();
  void add_to(Coverage& coverage) const;

 private:
  // What is drawn before the schedule begins.
  struct Plan {
    firmware::PlayOptions device;
    GatewayLimits gateway;
    firmware::Recording recording;
    int steps = 0;
    bool keeps_all = false;  // the spool's bounds drop nothing
  };
  static Plan draw_plan(Dice& dice);

  void take_a_step();
  void bring_up();
  void befall();
  void befall_device();
  void befall_gateway();
  void befall_network();
  void step_a_clock();
  void advance();
  void bury_the_dead();
  template <typename Node>
  void kill(Node& node);
  template <typename Node>
  void trouble_disk(Node& node);
  template <typename Node>
  void mend(Node& node);
  void count_death_of_device(Effect at);
  void count_death_of_gateway(Effect at);
  void heal();
  std::string what_is_missing() const;

  Dice dice_;
  const Plan plan_;
  Network network_;
  GatewayNode gateway_;
  DeviceNode device_;
  Coverage coverage_;
};

}  // namespace stedi::simulation
