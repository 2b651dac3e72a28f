// One gateway a store: the lock on STORE/gateway.lock.
#pragma once

#include <filesystem>

#include "core/file/lock_file.hpp"

namespace stedi::gateway {

// Makes the folder when it is absent. Fails when another process holds the lock.
Result<FileLock> lock_store(const std::filesystem::path& store_dir);

}  // namespace stedi::gateway
