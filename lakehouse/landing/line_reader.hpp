// A file's lines, with the bytes behind each that the decoder reads ahead into, in bounded memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace stedi::landing {

struct Line {
  std::string_view text;  // without its line break; until the next call
  bool too_long = false;  // over limits::max_record_bytes: text is only its beginning
};

class LineReader {
 public:
  // Reads from byte `offset` on, which is a line's start.
  static Result<LineReader> open(const std::filesystem::path& file, std::int64_t offset);

  // nullopt at the end of the file.
  std::optional<Line> next();
  // The byte after the last line that next() returned.
  std::int64_t offset() const { return offset_; }
  // Whether reading stopped on an error of the file system rather than at the end.
  bool failed() const { return stream_.bad(); }

 private:
  explicit LineReader(std::ifstream stream, std::int64_t offset);
  void fill();
  void skip_rest_of_line();

  std::ifstream stream_;
  std::string buffer_;
  std::size_t begin_ = 0;  // unread bytes: [begin_, end_)
  std::size_t end_ = 0;
  std::int64_t offset_;
};

}  // namespace stedi::landing
