// A gateway's computer: the real queue, ingest and landing writer on a disk and a network of the simulation.
// It wires them as gateway/gateway.cpp does.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "core/clock.hpp"
#include "gateway/ingest.hpp"
#include "tests/simulation/mutation.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/power_cut_disk.hpp"

namespace stedi::simulation {

struct GatewayLimits {
  gateway::QueueLimits queue;
  gateway::GroupLimits group;
  std::size_t max_ranges_per_source = 64;
  std::size_t conflict_window = 65'536;
  std::int64_t checkpoint_every_batches = 8'192;
};

class GatewayNode {
 public:
  // Everything given outlives the node.
  GatewayNode(const std::filesystem::path& store_dir, const GatewayLimits& limits, Network& network,
              Mutation mutation);

  void boot();
  bool is_up() const { return process_ != nullptr; }
  // Lands, commits and acknowledges a group.
  void turn();
  void stop();
  void kill();
  // A copy of the store, as it is now, takes its place: what this process writes later, no other one finds.
  void swap_store();
  bool is_swapped() const { return is_swapped_; }

  const std::filesystem::path& store_dir() const { return store_dir_; }
  ManualClock& clock() { return clock_; }
  Machine& machine() { return machine_; }
  PowerCutDisk& disk() { return disk_; }
  const std::string& trouble() const { return trouble_; }

  struct Counts {
    std::uint64_t duplicates = 0, withheld = 0, shed = 0, failed_groups = 0;
  };
  // Of all lives so far but the present one.
  const Counts& counts() const { return counts_; }

 private:
  // What dies with the process.
  struct Process {
    Process(landing::Writer opened, const GatewayLimits& limits, GatewayNode& node);
    ~Process();
    GatewayNode& node;
    gateway::Metrics metrics;
    gateway::Readiness readiness;
    gateway::InboundQueue queue;
    landing::Writer writer;
    gateway::Ingest ingest;
    std::unique_ptr<mqtt::Client> client;

    gateway::IngestPorts ports();
    void connect();
    void take_in(std::string_view topic, std::string_view payload);
    void announce();
  };

  void forget_watermarks();
  void acknowledge_unread(const wire::UpTopic& up, std::string_view payload);

  ManualClock clock_;
  Machine machine_;
  const std::filesystem::path store_dir_;
  PowerCutDisk disk_;
  const GatewayLimits limits_;
  Network& network_;
  const Mutation mutation_;
  wire::PayloadDecoder decoder_;
  std::unique_ptr<Process> process_;
  std::string trouble_;
  bool is_swapped_ = false;
  Counts counts_;
};

}  // namespace stedi::simulation
