// The names the ML table gives people.
#pragma once

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/store/pseudonym_key.hpp"

namespace stedi::lakehouse {

// Writes the pseudonym of every curated customer, and the key's fingerprint, so that another key is noticed.
Result<void> write_pseudonyms(sqlite::Database& zones, const PseudonymKey& key);

// The same after an incremental run, by what temp.changed_customers_curated says.
Result<void> update_pseudonyms(sqlite::Database& zones, const PseudonymKey& key);

}  // namespace stedi::lakehouse
