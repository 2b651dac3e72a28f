// How far the store has a file, by stream and content: the table import_file.
#pragma once

#include <cstdint>
#include <vector>

#include "core/record/records.hpp"
#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/import/file_identity.hpp"

namespace stedi::landing {

struct FileState {
  std::int64_t bytes_done = 0;  // landed up to this byte, where a value begins
  std::int64_t lines_done = 0;
  std::int64_t landed = 0;  // records
  std::int64_t quarantined = 0;
  bool complete = false;
  std::int64_t continues = 0;  // import_file.file_id of what the file begins with; 0: nothing that has landed
};

// Sizes of the files of a stream that have landed, or begun to; ascending.
Result<std::vector<std::int64_t>> known_sizes(sqlite::Database& database, Stream stream);

// A file that the store does not know has done nothing, unless one that has landed was appended to: then it
// goes on from there. Fails when that ended within a record of several lines.
Result<FileState> read_file_state(sqlite::Database& database, const FileIdentity& file);
Result<void> save_file_state(sqlite::Database& database, const FileIdentity& file, const FileState& state);

}  // namespace stedi::landing
