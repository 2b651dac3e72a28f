// Takes people who withdrew out of `reference`. Its join crosses people, so that new data makes it anew in
// full; but who withdraws must not wait for that, and takes along rows that can be named.
#pragma once

#include <optional>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/runner/run.hpp"
#include "lakehouse/store/zones.hpp"
#include "lakehouse/tables/job.hpp"

namespace stedi::lakehouse {

// True when of all that decides who is in `reference` nothing but consent events can have changed: no
// customer record has landed and nothing has left. Readings may have landed: they wait for the next run.
bool consent_alone_has_changed(const Cursor& read, const Cursor& landed);

// Inside the caller's transaction, with landing.db attached. nullopt: more than leaving has to be done
// (somebody comes back, or shares a serial with somebody who stays), and every table must be made anew.
// Otherwise the zones have read what landed up to `landed` of consent, and of the rest what they had.
Result<std::optional<std::vector<TableRun>>> take_out_withdrawn(sqlite::Database& zones,
                                                                const std::vector<Job>& jobs,
                                                                const Cursor& read, const Cursor& landed,
                                                                const Clock& clock);

}  // namespace stedi::lakehouse
