// A folder of files that replaces an earlier export as a whole: everything is written and synced apart, then
// moved into place, the manifest last. Whoever finds a manifest finds every file it names; a failure before
// that leaves the earlier export as it was.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/file/lock_file.hpp"

namespace stedi::lakehouse {

inline constexpr std::string_view manifest_name = "manifest.json";

class Staging {
 public:
  // Makes `out_dir` when it is absent, and holds it: a second export into it fails meanwhile. Takes away what
  // an export left there that was killed.
  static Result<Staging> open(const std::filesystem::path& out_dir);
  Staging(Staging&& other) noexcept;
  Staging& operator=(Staging&&) = delete;
  ~Staging();  // takes away what was not published

  const std::filesystem::path& dir() const { return dir_; }
  // Moves `files` and the manifest from dir() into place; `obsolete` are files of earlier exports to take
  // away.
  Result<void> publish(const std::vector<std::string>& files, const std::vector<std::string>& obsolete);

 private:
  Staging(std::filesystem::path out_dir, std::filesystem::path dir, FileLock lock)
      : out_dir_(std::move(out_dir)), dir_(std::move(dir)), lock_(std::move(lock)) {}
  std::filesystem::path out_dir_;
  std::filesystem::path dir_;
  FileLock lock_;
};

}  // namespace stedi::lakehouse
