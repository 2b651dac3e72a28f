// The law of loss and doubling: accepted − landed ⊆ gaps, nothing landed that was not accepted, nothing
// twice. Truth is the device's own accepted log; landed is what landing.db says.
#pragma once

#include <filesystem>
#include <string>

namespace stedi::simulation {

struct Judgement {
  std::size_t lost = 0;      // batches accepted, neither landed nor in a gap
  std::size_t doubled = 0;   // batches or readings landed twice, losses told twice
  std::size_t invented = 0;  // batches landed that were not accepted, or with other bytes
  std::size_t landed = 0;    // batches
  std::size_t gaps = 0;      // batches named by gap records
  std::string first;         // the first breach, in words; empty: none

  bool holds() const { return lost + doubled + invented == 0 && first.empty(); }
};

// Nobody has the store open.
Judgement judge(const std::filesystem::path& accepted_log, const std::filesystem::path& store_dir);

}  // namespace stedi::simulation
