// Whether the files of a store are sound.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "lakehouse/store/progress.hpp"
#include "lakehouse/store/store_folder.hpp"

namespace stedi::lakehouse {

// full: every page, row and index entry, and that every id names a row; quick: not the indexes and ids.
enum class CheckDepth { full, quick };

struct FileCheck {
  std::string file;
  std::int64_t bytes = 0;
  std::string problem;  // the first; empty: sound
};

// The first problem of one database file that nobody else has open; empty when it is sound. A file that
// cannot be read as a database has that problem.
Result<std::string> first_problem(const std::filesystem::path& file, CheckDepth depth);

// Every database of the store; the gateway may go on meanwhile. Fails when there is no store.
Result<std::vector<FileCheck>> check_store(const StoreFolder& store, CheckDepth depth,
                                           const Progress& progress = {});

}  // namespace stedi::lakehouse
