#include "lakehouse/import/line_blocks.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/record/decode.hpp"
#include "core/record/identity.hpp"

namespace stedi::landing {

namespace {

// A line in pieces: what of it can be a record, or is enough to be refused as too long.
class LongLine {
 public:
  void add(std::string_view piece) {
    if (kept_.empty()) piece = piece.substr(white_space_at_front(piece));
    const std::size_t taken = std::min(piece.size(), limits::max_record_bytes + 1 - kept_.size());
    kept_.append(piece.substr(0, taken));
    const std::string_view beyond = trimmed(piece.substr(taken));
    if (!beyond.empty()) kept_.back() = beyond.back();  // no white space: trimmed, it is as long
  }
  const std::string& text() const { return kept_; }

 private:
  static std::size_t white_space_at_front(std::string_view text) {
    const std::string_view rest = trimmed(text);
    return rest.empty() ? text.size() : static_cast<std::size_t>(rest.data() - text.data());
  }

  std::string kept_;
};

// Reads on to the line's end; the bytes read.
std::int64_t read_to_line_end(std::istream& stream, LongLine& line) {
  std::int64_t bytes = 0;
  std::string piece(LineBlock::max_bytes, '\0');
  while (stream.good()) {
    stream.getline(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto read = static_cast<std::size_t>(stream.gcount());
    bytes += stream.gcount();
    const bool reached_line_break = stream.good();
    line.add({piece.data(), reached_line_break ? read - 1 : read});
    if (reached_line_break) break;
    const bool piece_was_full = stream.fail() && !stream.eof() && !stream.bad();
    if (piece_was_full) stream.clear();
  }
  return bytes;
}

}  // namespace

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
  if (stream_.bad()) return fail("reading stopped on an input error; run the import again to continue");
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

// A whole block and no line break: the rest of the line is read to its end, and most of it skipped.
void LineBlockReader::cut_long_line(LineBlock& block) {
  LongLine line;
  std::string_view first(block.bytes_.get(), LineBlock::max_bytes);
  if (offset_ == 0 && first.starts_with(byte_order_mark)) first.remove_prefix(byte_order_mark.size());
  line.add(first);
  offset_ += static_cast<std::int64_t>(LineBlock::max_bytes) + read_to_line_end(stream_, line);
  carried_.clear();
  const std::string text = line.text() + '\n';
  block.size_ = text.copy(block.bytes_.get(), text.size());
}

}  // namespace stedi::landing
