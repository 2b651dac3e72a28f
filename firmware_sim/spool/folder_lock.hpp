// Keeps a second process away from a spool's folder.
#pragma once

#include <filesystem>

#include "core/file/lock_file.hpp"

namespace stedi::firmware {

// Makes a folder that only its owner can enter; one that is there already is left as it is.
Result<void> make_private_folder(const std::filesystem::path& folder);

// Makes the folder (mode 0700) when it is absent. Fails (usage) when another process holds the lock.
Result<FolderLock> lock_spool(const std::filesystem::path& folder);

}  // namespace stedi::firmware
