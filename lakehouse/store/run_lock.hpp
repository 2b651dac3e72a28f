// One `run` of a profile at a time: the lock on STORE/zones-<profile>.lock; and one who appends to the
// ledger.
#pragma once

#include <chrono>
#include <filesystem>
#include <string_view>

#include "core/file/lock_file.hpp"

namespace stedi::lakehouse {

inline constexpr std::chrono::seconds default_run_patience{60};

// Waits up to `patience` for another holder; `in_the_way` says who that is and what to do.
Result<FileLock> lock_for_run(
    const std::filesystem::path& file, std::chrono::milliseconds patience = default_run_patience,
    std::string_view in_the_way = "another run holds it; try again when it has finished");

}  // namespace stedi::lakehouse
