// Length and head of the consent ledger, kept beside the key, out of reach of whoever can write the store: a
// chain that has been cut short or written anew does not end at its anchor.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/store/store_folder.hpp"

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

// Whether the ledger had an anchor before: then a missing one was lost, and is not one still to be made.
Result<bool> was_anchored(sqlite::Database& ledger);
// Makes `head` the anchor of a chain that ended at `before` when it went on. An anchor that the chain
// contains is replaced; one that it does not stays.
Result<void> anchor(const StoreFolder& store, const std::string& store_uuid, sqlite::Database& ledger,
                    const LedgerHead& before, const LedgerHead& head);

}  // namespace stedi::lakehouse
