// A file that appears under its name only when it is whole and on disk.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace stedi {

class NewFile {
 public:
  enum class Readers { everybody, owner };
  enum class Existing { replace, keep };

  // In a folder that is there.
  static Result<NewFile> create(const std::filesystem::path& file, Readers readers);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();  // takes the file away unless publish() succeeded

  bool write(std::string_view bytes);  // buffered; a failure shows in publish() too
  // Syncs it, gives it its name and syncs the folder. `keep`: a file that has the name already stays, and
  // this one is dropped; of two that come at once, one stays.
  Result<void> publish(Existing existing = Existing::replace);

 private:
  NewFile(std::filesystem::path file, std::filesystem::path temporary, int descriptor)
      : file_(std::move(file)), temporary_(std::move(temporary)), descriptor_(descriptor) {}
  bool flush();
  bool give_name(Existing existing);
  std::filesystem::path file_;
  std::filesystem::path temporary_;
  int descriptor_;
  std::string buffer_;
  bool failed_ = false;
};

}  // namespace stedi
