// A simulation as files: what any STEDI pipeline can take, and the truth beside them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "firmware_sim/people/simulation.hpp"

namespace stedi::firmware {

struct StreamCounts {
  std::string name;
  std::size_t devices = 0;
  std::size_t records = 0;
  std::int64_t first_due_ms = 0;  // true times, epoch ms
  std::int64_t last_due_ms = 0;
};

struct SeedFolderCounts {
  std::vector<StreamCounts> streams;
  std::size_t people = 0;
  std::size_t steps = 0;
};

// FOLDER-truth, beside the folder: an importer of the folder must not meet it.
std::filesystem::path truth_folder(const std::filesystem::path& folder);

// Writes FOLDER/STREAM/landing/STREAM-NAME.json, device by device, and into FOLDER-truth steps, activities,
// sensor faults, devices and clocks. Holds one record at a time. Fails when the disk does.
Result<SeedFolderCounts> write_seed_folder(const Simulation& simulation, const std::filesystem::path& folder);

}  // namespace stedi::firmware
