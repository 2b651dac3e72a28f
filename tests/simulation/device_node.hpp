// A device's computer: the real spool, session and player on a disk and a network of the simulation.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "core/clock.hpp"
#include "firmware_sim/feed/recording_feed.hpp"
#include "firmware_sim/player/player.hpp"
#include "tests/simulation/mutation.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/power_cut_disk.hpp"

namespace stedi::simulation {

class DeviceNode {
 public:
  // The spool lies in folder/spool, the accepted log beside it. Everything given outlives the node.
  DeviceNode(const std::filesystem::path& folder, const firmware::Recording& recording,
             firmware::PlayOptions options, Network& network, Mutation mutation);

  // Starts the process; a disk in trouble leaves it down.
  void boot();
  bool is_up() const { return player_ != nullptr; }
  bool is_done() const { return is_up() && player_->is_done(); }
  // One turn of the process; it may die in it, or give up because of its disk.
  void turn();
  // As told by SIGTERM.
  void stop();
  // kill -9, now.
  void kill();

  const std::filesystem::path& accepted_log() const { return options_.spool.accepted_log; }
  ManualClock& clock() { return clock_; }
  Machine& machine() { return machine_; }
  PowerCutDisk& disk() { return disk_; }
  // It holds an ack that no turn has worked off yet.
  bool has_unread_ack() const { return has_unread_ack_; }
  // Why the process last ended by itself; empty: it never did.
  const std::string& trouble() const { return trouble_; }

 private:
  Result<void> open();
  void give_up(const Error& error);
  Result<std::unique_ptr<mqtt::Client>> make_client(mqtt::Options options, mqtt::Handlers handlers);

  ManualClock clock_;
  Machine machine_;
  PowerCutDisk disk_;
  firmware::RecordingFeed feed_;
  firmware::PlayOptions options_;
  firmware::PlayWorld world_;
  Network& network_;
  const Mutation mutation_;
  std::unique_ptr<firmware::Spool> spool_;
  std::unique_ptr<firmware::Player> player_;
  bool has_unread_ack_ = false;
  std::string trouble_;
};

}  // namespace stedi::simulation
