// STORE/ledger.db: every statement about consent that landed, by pseudonym, with its cause and its effect, in
// a chain of seals that nobody without the key can forge. Derived from landing.db, so it may lag behind it
// and never behind the zones: a run writes the ledger before its own transaction commits.
#pragma once

#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/consent/ledger_anchor.hpp"
#include "lakehouse/store/store_folder.hpp"

namespace stedi::lakehouse {

inline constexpr std::int64_t ledger_application_id = 0x53544544;  // "STED", as landing.db
inline constexpr std::int64_t ledger_version = 1;                  // PRAGMA user_version

// People whose standing is held in memory at a time.
inline constexpr std::size_t max_held_people = 50'000;

// Appends an entry for every statement that has landed in the snapshot `reader` sees (its landing.db is
// attached as `schema`), and anchors the chain. Again, nothing happens. Safe at any time from any program.
// Needs the ledger's key as soon as there is anything to write; a ledger that was tampered with is continued,
// and stays evidence for `ledger verify`.
Result<void> record_consent(const StoreFolder& store, sqlite::Database& reader, std::string_view schema,
                            const Clock& clock, std::size_t held_people = max_held_people);

// Where the chain ends now; no entries when there is no ledger yet.
Result<LedgerHead> ledger_head(const StoreFolder& store);

}  // namespace stedi::lakehouse
