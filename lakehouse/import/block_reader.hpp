// A file in blocks: what a decoder has not taken of one stands at the front of the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/record/limits.hpp"
#include "core/result.hpp"
#include "lakehouse/import/unchanged_file.hpp"

namespace stedi::landing {

class BlockReader {
 public:
  static constexpr std::size_t max_bytes = 524'288;
  static_assert(max_bytes > 4 * limits::max_record_bytes);

  // `file` from byte `offset` on, where a value begins or may begin.
  BlockReader(UnchangedFile file, std::int64_t offset);

  // Fills the block up from the file; fails when that cannot be read or has changed.
  Result<void> fill();
  // What has not been taken yet. decode_padding_bytes behind it are readable.
  std::string_view text() const { return {bytes_.get(), size_}; }
  bool is_full() const { return size_ == capacity_; }
  // Nothing follows the block.
  bool is_last() const { return is_last_; }
  // The byte of the file that the block begins with.
  std::int64_t offset() const { return offset_; }

  // The first bytes are done with.
  void take(std::size_t bytes);
  // White space between what is not taken yet: makes room for what follows it.
  void leave_out(std::size_t begin, std::size_t bytes);

 private:
  UnchangedFile file_;
  std::size_t capacity_;  // less than max_bytes when the file is shorter
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t left_out_ = 0;  // bytes of the file that belong into the block
  std::int64_t offset_;
  bool is_last_ = false;
};

}  // namespace stedi::landing
