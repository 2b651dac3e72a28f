#include "lakehouse/landing/line_blocks.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/record/decode.hpp"

namespace stedi::landing {

LineBlockReader::LineBlockReader(std::ifstream stream, std::int64_t offset)
    : stream_(std::move(stream)), offset_(offset) {}

Result<LineBlockReader> LineBlockReader::open(const std::filesystem::path& file, std::int64_t offset) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail("cannot open " + file.string() + ": " + std::strerror(errno));
  stream.seekg(offset);
  return LineBlockReader(std::move(stream), offset);
}

Result<std::optional<LineBlock>> LineBlockReader::next() {
  LineBlock block;
  block.bytes_ = std::make_unique_for_overwrite<char[]>(LineBlock::max_bytes + decode_padding_bytes);
  block.begins_at_ = offset_;
  std::size_t filled = carried_.copy(block.bytes_.get(), carried_.size());
  stream_.read(block.bytes_.get() + filled, static_cast<std::streamsize>(LineBlock::max_bytes - filled));
  filled += static_cast<std::size_t>(stream_.gcount());
  if (stream_.bad()) return fail("reading stopped on an input error; run the import again to go on");
  if (filled == 0) return std::nullopt;
  cut_after_last_line(block, filled);
  std::memset(block.bytes_.get() + block.size_, 0, decode_padding_bytes);
  block.ends_at_ = offset_;
  return block;
}

void LineBlockReader::cut_after_last_line(LineBlock& block, std::size_t filled) {
  const char* begin = block.bytes_.get();
  const auto* last_break = static_cast<const char*>(memrchr(begin, '\n', filled));
  const bool at_end_of_file = filled < LineBlock::max_bytes;
  if (last_break == nullptr && !at_end_of_file) return cut_long_line(block);
  block.size_ = at_end_of_file ? filled : static_cast<std::size_t>(last_break - begin) + 1;
  carried_.assign(begin + block.size_, filled - block.size_);
  offset_ += static_cast<std::int64_t>(block.size_);
}

// A whole block and no line break: the rest of the line is skipped.
void LineBlockReader::cut_long_line(LineBlock& block) {
  block.size_ = limits::max_record_bytes + 1;
  carried_.clear();
  offset_ += static_cast<std::int64_t>(LineBlock::max_bytes);
  std::string piece(LineBlock::max_bytes, '\0');
  while (stream_.good()) {
    stream_.getline(piece.data(), static_cast<std::streamsize>(piece.size()));
    offset_ += stream_.gcount();
    const bool reached_line_break = stream_.good();
    if (reached_line_break) return;
    const bool piece_was_full = stream_.fail() && !stream_.eof() && !stream_.bad();
    if (piece_was_full) stream_.clear();
  }
}

}  // namespace stedi::landing
