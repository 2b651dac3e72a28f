// The bytes of a file, from its beginning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "core/result.hpp"

namespace stedi::landing {

class FileBytes {
 public:
  static Result<FileBytes> open(const std::filesystem::path& file);

  // Fewer than `bytes` at the file's end alone.
  Result<std::size_t> read(char* into, std::size_t bytes);
  Result<void> skip(std::int64_t bytes);

 private:
  explicit FileBytes(std::ifstream stream) : stream_(std::move(stream)) {}

  std::ifstream stream_;
};

}  // namespace stedi::landing
