// The files of a seed-format data set.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/records.hpp"
#include "core/result.hpp"

namespace stedi::firmware {

// A data set is held in memory while it is played.
inline constexpr std::size_t max_data_set_bytes = std::size_t{2} * 1024 * 1024 * 1024;

struct SeedFile {
  std::filesystem::path path;
  Stream stream;
};

// Files *.json, *.jsonl and *.ndjson below `folder`, sorted by path. Of which stream each one is
// wire::stream_of_seed_file() says. Usage errors: no such folder, no such file in it, a file of no
// recognisable stream.
Result<std::vector<SeedFile>> find_seed_files(const std::filesystem::path& folder);

// A whole file. Fails when it cannot be read.
Result<std::string> read_whole(const std::filesystem::path& file);

// Calls `line` for each line that is not white space alone, without its line break (LF or CRLF); a byte order
// mark at the start is skipped.
void for_each_line(std::string_view text, const std::function<void(std::string_view)>& line);

}  // namespace stedi::firmware
