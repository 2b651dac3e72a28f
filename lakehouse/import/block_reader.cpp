#include "lakehouse/import/block_reader.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "core/record/decode.hpp"

namespace stedi::landing {

BlockReader::BlockReader(UnchangedFile file, std::int64_t offset)
    : file_(std::move(file)),
      capacity_(static_cast<std::size_t>(std::min<std::int64_t>(max_bytes, file_.size() - offset + 1))),
      bytes_(std::make_unique_for_overwrite<char[]>(capacity_ + decode_padding_bytes)),
      offset_(offset) {}

Result<void> BlockReader::fill() {
  const std::size_t room = capacity_ - size_;
  const auto read = TRY(file_.read(bytes_.get() + size_, room));
  size_ += read;
  is_last_ = read < room;
  std::memset(bytes_.get() + size_, 0, decode_padding_bytes);
  return {};
}

void BlockReader::take(std::size_t bytes) {
  if (bytes == 0) return;
  offset_ += static_cast<std::int64_t>(bytes + left_out_);
  left_out_ = 0;
  size_ -= bytes;
  std::memmove(bytes_.get(), bytes_.get() + bytes, size_);
}

void BlockReader::leave_out(std::size_t begin, std::size_t bytes) {
  assert(begin + bytes <= size_);
  left_out_ += bytes;
  size_ -= bytes;
  std::memmove(bytes_.get() + begin, bytes_.get() + begin + bytes, size_ - begin);
}

}  // namespace stedi::landing
