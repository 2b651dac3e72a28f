// Refused records once more, after a fix: what is good now lands through the gateway's own writer, with the
// receipt time it came with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/record/reason.hpp"
#include "core/result.hpp"

namespace stedi::landing {

// Reasons that no fix of a decoder can clear, but a person who knows better: `all` leaves their rows alone.
//   not_authorised     may this device speak for this person after all?
//   needs_envelope     nobody knows who sent it
//   identity_conflict  is it another batch, or the same readings put together anew?
bool needs_judgement(Reason reason);

// Which rows: these ids, or those of a reason, or (neither) all that need no judgement. Whoever names ids, or
// a reason that needs judgement, vouches for the records: they land whoever sent them.
struct ReplaySelection {
  std::vector<std::int64_t> ids;
  std::optional<Reason> reason;
};

// What became of the rows of one stream and reason.
struct ReplayedRows {
  std::string stream;
  std::string reason;
  std::int64_t rows = 0;
  std::int64_t landed_records = 0;   // a row may hold many
  std::int64_t cleared = 0;          // rows that are quarantined no more
  std::int64_t still_refused = 0;    // rows
  std::int64_t need_judgement = 0;   // rows, left alone
  std::int64_t without_payload = 0;  // rows whose payload has expired or was not kept whole
};

// Rows taken in one transaction: each row's records and its mark are in one, whatever dies.
inline constexpr std::int64_t max_replay_rows_a_transaction = 10'000;

// Fails, and lands nothing, when there is no store, or no refused row of an id.
Result<std::vector<ReplayedRows>> replay_quarantine(
    const std::filesystem::path& store_dir, const ReplaySelection& selection, const Clock& clock,
    std::int64_t rows_a_transaction = max_replay_rows_a_transaction);

}  // namespace stedi::landing
