// What makes a file the same again, whatever its name, and what shows that it has changed while it was read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "core/digest/digest.hpp"
#include "core/record/records.hpp"
#include "core/result.hpp"

namespace stedi::landing {

// The first bytes of a file, which may have landed as a file of their own.
struct FileBeginning {
  std::int64_t bytes;
  Sha256 content;
  // Where the next record begins when these bytes have landed: behind them, or, when they end within a
  // record on one line, with that record; nullopt: within a record of several lines, or of too long a one.
  std::optional<std::int64_t> resumes_at;
};

struct FileIdentity {
  static constexpr std::size_t block_bytes = 262'144;

  Stream stream;
  Sha256 content;
  std::int64_t bytes = 0;
  std::vector<std::uint64_t> block_sums;  // block_sum() of each block
  std::vector<FileBeginning> beginnings;  // of these sizes, the longest last

  // Reads the whole file. `sizes` of beginnings, ascending.
  static Result<FileIdentity> of(const std::filesystem::path& file, Stream stream,
                                 const std::vector<std::int64_t>& sizes);
};

// Tells a changed block from itself: one changed word always changes it. A sixth of the time of a digest,
// which an adversary would take.
std::uint64_t block_sum(std::string_view block);

}  // namespace stedi::landing
