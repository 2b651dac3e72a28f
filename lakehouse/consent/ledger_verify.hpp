// Whether the consent ledger is whole: what `stedi-lakehouse ledger verify` does.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "lakehouse/consent/ledger_anchor.hpp"
#include "lakehouse/store/store_folder.hpp"

namespace stedi::lakehouse {

struct LedgerFinding {
  std::int64_t entry = 0;  // the first one that is bad
  std::string what;        // "entry 7 is not as it was written"
};

struct LedgerVerification {
  LedgerHead head;  // as far as the chain is whole
  std::optional<LedgerFinding> finding;
};

// Reads every entry: numbers without a gap, every seal right, the chain reaches the anchor beside the key and
// those in `manifests` (of exports), the anchor is there, and every statement that landed up to where the
// ledger has read has its entry. Changes nothing. An error when it cannot be told: no store, no key, an
// unreadable manifest.
Result<LedgerVerification> verify_ledger(const StoreFolder& store,
                                         const std::vector<std::filesystem::path>& manifests);

}  // namespace stedi::lakehouse
