// One gateway a store: the lock on STORE/gateway.lock, released when this process ends, however it ends.
#pragma once

#include <filesystem>
#include <utility>

#include "core/result.hpp"

namespace stedi::gateway {

class StoreLock {
 public:
  // Makes the folder when it is absent. Fails when another process holds the lock.
  static Result<StoreLock> take(const std::filesystem::path& store_dir);
  StoreLock(StoreLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  StoreLock& operator=(StoreLock&&) = delete;
  ~StoreLock();

 private:
  explicit StoreLock(int file) : file_(file) {}
  int file_;
};

}  // namespace stedi::gateway
