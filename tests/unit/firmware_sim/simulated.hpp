// Shipped and made-up scenarios, for the tests of the simulator.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/digest/digest.hpp"
#include "firmware_sim/people/simulation.hpp"

namespace stedi::firmware {

inline Scenario shipped_scenario(const std::string& name) {
  auto scenario = load_scenario(STEDI_SOURCE_DIR "/config/scenarios/" + name + ".toml");
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().message);
  return scenario ? std::move(*scenario) : Scenario{};
}

inline Simulation simulation_of(Scenario scenario) {
  return Simulation::from(std::move(scenario)).value();
}

// The index of the n-th stream of a kind, from 0.
inline std::size_t stream_of(const Simulation& simulation, Stream stream, std::size_t n) {
  for (std::size_t i = 0; i < simulation.streams().size(); ++i) {
    if (simulation.streams()[i].stream == stream && n-- == 0) return i;
  }
  ADD_FAILURE() << "no such stream";
  return 0;
}

inline std::vector<SimulatedRecord> all_of(RecordSource& source) {
  std::vector<SimulatedRecord> records;
  for (SimulatedRecord record; source.next(record);) records.push_back(record);
  return records;
}

// SHA-256 of all that a source says and when.
inline std::string digest_of(RecordSource& source) {
  Sha256Stream digest;
  for (SimulatedRecord record; source.next(record);)
    digest.update(std::to_string(record.due_ms) + " " + record.json + "\n");
  return hex(digest.finish());
}

}  // namespace stedi::firmware
