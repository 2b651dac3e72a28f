// What an operator asks and says about one person's consent: `stedi-lakehouse consent show|grant|withdraw`.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/record/records.hpp"
#include "core/result.hpp"
#include "lakehouse/answers/row_writer.hpp"
#include "lakehouse/consent/person.hpp"
#include "lakehouse/store/store_folder.hpp"

namespace stedi::lakehouse {

struct ConsentShown {
  PersonalConsent consent;
  Table ledger;  // the person's entries
};

// Records what has landed in the ledger first. An unknown email fails.
Result<ConsentShown> show_consent(const StoreFolder& store, std::string_view email, const Clock& clock);

// How long a reader may keep a removed person's rows in a zones file's log before that is a failure.
inline constexpr std::chrono::milliseconds default_reader_patience{10'000};

// Lands the statement as an operator's, dated `at_ms` (nullopt: now); then every profile that was ever run is
// brought up to date, its ledger entry before its rows. Returns when the last profile is clean: rows gone,
// and their bytes from the zones' logs. A crash in between leaves a statement that has landed: the next
// command that shows or runs anything goes on from there.
Result<ConsentShown> say_consent(const StoreFolder& store, std::string_view email,
                                 ConsentEvent::Action action, std::optional<std::int64_t> at_ms,
                                 const Clock& clock,
                                 std::chrono::milliseconds reader_patience = default_reader_patience);

}  // namespace stedi::lakehouse
