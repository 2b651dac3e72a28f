// Files that must be on disk, and be what they are said to be, before anyone relies on them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/result.hpp"

namespace stedi::lakehouse {

struct FileDigest {
  std::int64_t bytes = 0;
  std::string sha256;  // hexadecimal
  bool operator==(const FileDigest&) const = default;
};

Result<FileDigest> digest_of(const std::filesystem::path& file);
// To a new file that its owner alone can read; on disk when it returns. What was written.
Result<FileDigest> copy_durably(const std::filesystem::path& from, const std::filesystem::path& to);
// An empty file that its owner alone can read. Fails when it is there.
Result<void> make_private_file(const std::filesystem::path& file);

}  // namespace stedi::lakehouse
