#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "core/result.hpp"

namespace stedi::firmware {

// A text file, written line by line.
class LineFile {
 public:
  static Result<LineFile> make(const std::filesystem::path& file) {
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    if (error)
      return fail("cannot create the folder " + file.parent_path().string() + ": " + error.message());
    LineFile made(file);
    if (!made.out_) return fail("cannot write " + file.string());
    return made;
  }

  void add(const std::string& line) {
    text_ += line;
    text_ += '\n';
    if (text_.size() >= write_at_bytes) flush();
  }

  Result<void> close() {
    flush();
    out_.close();
    if (!out_) return fail("cannot write " + path_.string());
    return {};
  }

 private:
  static constexpr std::size_t write_at_bytes = std::size_t{256} * 1024;

  explicit LineFile(const std::filesystem::path& file)
      : path_(file), out_(file, std::ios::binary | std::ios::trunc) {
    text_.reserve(write_at_bytes + 1024);
  }

  void flush() {
    out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    text_.clear();
  }

  std::filesystem::path path_;
  std::ofstream out_;
  std::string text_;
};

}  // namespace stedi::firmware
