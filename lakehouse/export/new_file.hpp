// A file that appears under its name only when it is whole and on disk.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.hpp"

namespace stedi::lakehouse {

class NewFile {
 public:
  static Result<NewFile> create(const std::filesystem::path& file);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();  // takes the file away unless publish() succeeded

  bool write(std::string_view bytes);  // buffered; a failure shows in publish() too
  Result<void> publish();              // fsync, rename over the name, fsync of the folder

 private:
  NewFile(std::filesystem::path file, std::filesystem::path temporary, int descriptor)
      : file_(std::move(file)), temporary_(std::move(temporary)), descriptor_(descriptor) {}
  bool flush();
  std::filesystem::path file_;
  std::filesystem::path temporary_;
  int descriptor_;
  std::string buffer_;
  bool failed_ = false;
};

}  // namespace stedi::lakehouse
