// A file read once more after its digest was made: what it gives is what was digested, or it fails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "lakehouse/import/file_bytes.hpp"
#include "lakehouse/import/file_identity.hpp"

namespace stedi::landing {

class UnchangedFile {
 public:
  // From byte `offset` on.
  static Result<UnchangedFile> open(const std::filesystem::path& file, const FileIdentity& identity,
                                    std::int64_t offset);

  std::int64_t size() const { return size_; }

  // Fewer than `bytes` at the file's end alone. A block that has changed, or a file that has grown, is found
  // before anything of the block, or of the last one, is given.
  Result<std::size_t> read(char* into, std::size_t bytes);

 private:
  UnchangedFile(FileBytes bytes, const FileIdentity& identity);
  Result<void> next_block();

  FileBytes bytes_;
  std::int64_t size_;
  std::vector<std::uint64_t> block_sums_;
  std::size_t blocks_read_ = 0;
  std::string block_;
  std::size_t given_ = 0;  // of block_
};

}  // namespace stedi::landing
