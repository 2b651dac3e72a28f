// One gateway a store: the locks on STORE/gateway.lock and on STORE itself.
#pragma once

#include <filesystem>

#include "core/file/lock_file.hpp"

namespace stedi::gateway {

// Makes the folder when it is absent. Fails when another process holds the lock.
Result<FolderLock> lock_store(const std::filesystem::path& store_dir);

}  // namespace stedi::gateway
