// One read-only SQL question: what `stedi-lakehouse query` does.
#pragma once

#include <string>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "lakehouse/answers/row_writer.hpp"
#include "lakehouse/store/store_folder.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

// Sees the profile's tables and the landing views; without zones, landing alone. Consent that has landed is
// applied first. Anything but one statement that only reads is refused.
Result<void> query(const StoreFolder& store, Profile profile, const std::string& sql, Format format,
                   const Sink& sink, const Clock& clock);

}  // namespace stedi::lakehouse
