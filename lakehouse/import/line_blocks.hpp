// A file in blocks of whole lines, with the bytes behind each that the decoder reads ahead into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/record/limits.hpp"
#include "core/result.hpp"

namespace stedi::landing {

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

class LineBlock {
 public:
  static constexpr std::size_t max_bytes = 524'288;
  static_assert(max_bytes > 2 * limits::max_record_bytes);

  // Whole lines with their line breaks; the file's last line may have none. A line that is longer than a
  // block is alone in its own, trimmed, and ends after limits::max_record_bytes + 1 bytes at the latest,
  // enough to be refused as too long.
  std::string_view lines() const { return {bytes_.get(), size_}; }
  bool at_start_of_file() const { return begins_at_ == 0; }
  // The byte of the file after the last line.
  std::int64_t ends_at() const { return ends_at_; }

 private:
  friend class LineBlockReader;
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::int64_t begins_at_ = 0;
  std::int64_t ends_at_ = 0;
};

class LineBlockReader {
 public:
  // Reads from byte `offset` on, which is a line's start.
  static Result<LineBlockReader> open(const std::filesystem::path& file, std::int64_t offset);

  // nullopt at the end of the file; fails when the file system does.
  Result<std::optional<LineBlock>> next();

 private:
  explicit LineBlockReader(std::ifstream stream, std::int64_t offset);
  void cut_after_last_line(LineBlock& block, std::size_t filled);
  void cut_long_line(LineBlock& block);

  std::ifstream stream_;
  std::string carried_;  // the beginning of a line whose end was not read yet
  std::int64_t offset_;  // of carried_ in the file
};

}  // namespace stedi::landing
