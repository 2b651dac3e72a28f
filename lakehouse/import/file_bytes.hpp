// The bytes of a file, from its beginning; those of a compressed one as they were before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "lakehouse/import/decompressor.hpp"

namespace stedi::landing {

class FileBytes {
 public:
  static Result<FileBytes> open(const std::filesystem::path& file);

  // Fewer than `bytes` at the file's end alone.
  Result<std::size_t> read(char* into, std::size_t bytes);
  // Up to the file's end at most.
  Result<void> skip(std::int64_t bytes);
  // It is not read any more.
  void close();

 private:
  explicit FileBytes(std::ifstream stream) : stream_(std::move(stream)) {}
  Result<std::size_t> read_as_stored(char* into, std::size_t bytes);
  Result<void> fill_packed();

  std::ifstream stream_;
  std::unique_ptr<Decompressor> decompressor_;  // null: the file is not compressed
  std::string packed_;
  std::size_t unpacked_ = 0;  // of packed_
};

}  // namespace stedi::landing
