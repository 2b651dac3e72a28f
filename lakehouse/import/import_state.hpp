// How far the store has a file, by stream and content: the table import_file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/digest/digest.hpp"
#include "core/record/records.hpp"
#include "core/result.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::landing {

// What makes a file the same again, whatever its name.
struct FileIdentity {
  Stream stream;
  Sha256 content;

  // Reads the whole file.
  static Result<FileIdentity> of(const std::filesystem::path& file, Stream stream);
};

struct FileState {
  std::int64_t bytes_done = 0;  // landed up to this byte, at a line's start
  std::int64_t lines_done = 0;
  std::int64_t landed = 0;  // records
  std::int64_t quarantined = 0;
  bool complete = false;
};

// A file that the store does not know has done nothing.
Result<FileState> read_file_state(sqlite::Database& database, const FileIdentity& file);
Result<void> save_file_state(sqlite::Database& database, const FileIdentity& file, const FileState& state);

}  // namespace stedi::landing
