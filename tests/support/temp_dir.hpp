// A fresh directory, removed with all its content on destruction (kept when STEDI_KEEP_TEMP is set).
#pragma once

#include <filesystem>
#include <string_view>

namespace stedi::test {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace stedi::test
