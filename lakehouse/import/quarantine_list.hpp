// What is in the quarantine: how much of which kind, and the records themselves.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::landing {

// Ids of quarantined rows, ascending, as runs: 3-7 12.
class IdRuns {
 public:
  void add(std::int64_t id);
  // "3-7 12", of at most so many runs: " …" stands for the rest.
  std::string text(std::size_t most_runs) const;

 private:
  std::vector<std::pair<std::int64_t, std::int64_t>> runs_;
};

// Rows of one stream and reason that have not landed after all.
struct QuarantinedKind {
  std::string stream;
  std::string reason;
  std::int64_t records = 0;
  std::int64_t payloads_kept = 0;
  std::int64_t first_received_ms = 0;
  std::int64_t last_received_ms = 0;
  IdRuns ids = {};
};

// By stream and reason.
Result<std::vector<QuarantinedKind>> list_quarantine(const std::filesystem::path& store_dir);

// The rows of these ids, or (none) the latest of those that have not landed after all, at most so many, to be
// stepped through: quarantine_id, stream, reason, received, landed, file, line, payload (personal data). An
// id of no row is an error. `landing` outlives the statement.
Result<sqlite::Statement> quarantined_rows(sqlite::Database& landing, const std::vector<std::int64_t>& ids,
                                           std::int64_t latest);

}  // namespace stedi::landing
