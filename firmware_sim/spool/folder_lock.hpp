// Keeps a second process away from a folder for as long as it lives.
#pragma once

#include <filesystem>

#include "core/result.hpp"

namespace stedi::firmware {

// Makes a folder that only its owner can enter; one that is there already is left as it is.
Result<void> make_private_folder(const std::filesystem::path& folder);

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
