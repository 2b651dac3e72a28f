#include "lakehouse/import/block_reader.hpp"

#include <cassert>
#include <cstring>

#include "core/record/decode.hpp"

namespace stedi::landing {

BlockReader::BlockReader(UnchangedFile file, std::int64_t offset)
    : file_(std::move(file)),
      bytes_(std::make_unique_for_overwrite<char[]>(max_bytes + decode_padding_bytes)),
      offset_(offset) {}

Result<void> BlockReader::fill() {
  const std::size_t room = max_bytes - size_;
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
