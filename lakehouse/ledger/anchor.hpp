// Length and head of the consent ledger, kept beside the key, out of reach of whoever can write the store: a
// chain that has been cut short or written anew does not end at its anchor.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "lakehouse/zones/store_folder.hpp"

namespace stedi::lakehouse {

struct LedgerHead {
  std::int64_t entries = 0;
  std::string seal;  // of the last entry
  bool operator==(const LedgerHead&) const = default;
};

// In place of a seal: the anchor was gone when the ledger went on after so many entries.
inline constexpr std::string_view lost_anchor = "lost";

std::filesystem::path anchor_file(const StoreFolder& store, const std::string& store_uuid);

// KEYS/ledger-<store uuid>.anchor holds one line, `<entries> <seal>`. More lines are evidence: anchors that
// the ledger did not continue when it went on, or that were lost; they stay until a person takes them away.
Result<std::vector<LedgerHead>> read_anchors(const StoreFolder& store, const std::string& store_uuid);
Result<void> write_anchors(const StoreFolder& store, const std::string& store_uuid,
                           const std::vector<LedgerHead>& anchors);

}  // namespace stedi::lakehouse
