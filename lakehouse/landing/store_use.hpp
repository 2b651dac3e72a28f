// Who works on a store: whoever writes there shares STORE/store.lock, and whoever replaces the store has it
// alone. The locks are the operating system's: they end with their holder, however it ends.
#pragma once

#include <filesystem>
#include <functional>

#include "core/file/lock_file.hpp"

namespace stedi::landing {

// Any thread; several of one process stand for themselves.
class StoreUse {
 public:
  // The folder must be there. Fails at once while the store is being replaced; never waits for others that
  // share it.
  static Result<StoreUse> share(const std::filesystem::path& store_dir);
  // Fails at once while anybody shares it.
  static Result<StoreUse> take_alone(const std::filesystem::path& store_dir);

  // Calls `renew` unless another holder that has come through here is still there: that one, or one before
  // it, renewed the log. Waits for another one that is about to.
  Result<void> enter_log(const std::function<Result<void>()>& renew);

 private:
  explicit StoreUse(FileLock lock) : lock_(std::move(lock)) {}
  static Result<StoreUse> take(const std::filesystem::path& store_dir, FileLock::Kind kind);
  FileLock lock_;
};

}  // namespace stedi::landing
