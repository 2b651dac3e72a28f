// Keeps a second process away from a folder for as long as it lives.
#pragma once

#include <filesystem>

#include "core/result.hpp"

namespace stedi::firmware {

class FolderLock {
 public:
  // Makes the folder (mode 0700) when it is absent. Fails (usage) when another process holds the lock.
  static Result<FolderLock> take(const std::filesystem::path& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace stedi::firmware
