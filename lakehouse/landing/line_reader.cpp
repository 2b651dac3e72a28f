#include "lakehouse/landing/line_reader.hpp"

#include <algorithm>
#include <cstring>

#include "core/record/decode.hpp"
#include "core/record/limits.hpp"

namespace stedi::landing {

namespace {
constexpr std::size_t buffer_bytes = 4'194'304;
static_assert(buffer_bytes > 2 * limits::max_record_bytes);
}  // namespace

LineReader::LineReader(std::ifstream stream, std::int64_t offset)
    : stream_(std::move(stream)), buffer_(buffer_bytes + decode_padding_bytes, '\0'), offset_(offset) {}

Result<LineReader> LineReader::open(const std::filesystem::path& file, std::int64_t offset) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail("cannot open " + file.string() + ": " + std::strerror(errno));
  stream.seekg(offset);
  return LineReader(std::move(stream), offset);
}

void LineReader::fill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  stream_.read(buffer_.data() + end_, static_cast<std::streamsize>(buffer_bytes - end_));
  end_ += static_cast<std::size_t>(stream_.gcount());
}

std::optional<Line> LineReader::next() {
  const auto line_break = [&] { return std::memchr(buffer_.data() + begin_, '\n', end_ - begin_); };
  const void* found = line_break();
  if (found == nullptr && stream_.good()) {
    fill();
    found = line_break();
  }
  if (begin_ == end_) return std::nullopt;
  const std::size_t end =
      found != nullptr ? static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data()) : end_;
  const std::size_t length = end - begin_;
  Line line{std::string_view(buffer_).substr(begin_, std::min(length, limits::max_record_bytes)),
            length > limits::max_record_bytes};
  const std::size_t taken = length + (found != nullptr ? 1 : 0);
  begin_ += taken;
  offset_ += static_cast<std::int64_t>(taken);
  // No line break in a whole buffer: the rest of the line is still in the file. The line's beginning must
  // stay.
  if (found == nullptr && stream_.good()) skip_rest_of_line();
  return line;
}

void LineReader::skip_rest_of_line() {
  std::string rest(limits::max_record_bytes, '\0');
  while (stream_.good()) {
    stream_.getline(rest.data(), static_cast<std::streamsize>(rest.size()));
    offset_ += stream_.gcount();
    const bool reached_line_break = stream_.good();
    if (reached_line_break) return;
    const bool piece_was_full = stream_.fail() && !stream_.eof() && !stream_.bad();
    if (piece_was_full) stream_.clear();
  }
}

}  // namespace stedi::landing
