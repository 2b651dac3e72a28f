// removed_cell of landing.db names people and times of what has left: it is kept no longer than it is needed.
#pragma once

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/store/store_folder.hpp"
#include "lakehouse/store/zones.hpp"

namespace stedi::lakehouse {

// Cells deleted in one transaction: a gateway's commit waits for no more than that.
inline constexpr std::int64_t max_removals_forgotten_at_once = 20'000;

// Whether landing.db, attached as `landing`, still names all that has left since `read`. When it does not
// (another profile's first run, or an older zones file put back), the zones must be made anew.
Result<bool> removals_are_known(sqlite::Database& zones, const Cursor& read, const Cursor& landed);

// Deletes the cells that every profile which has been run has taken in. A profile that has not been run needs
// none of them.
Result<void> forget_taken_in_removals(const StoreFolder& store, const Clock& clock);

}  // namespace stedi::lakehouse
