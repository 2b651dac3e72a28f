// What it takes until bytes and names are on disk.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string_view>

#include "core/result.hpp"

namespace stedi {

// Every byte, in as many writes as it takes. False: errno says why.
bool write_all(int descriptor, std::string_view bytes);

// The names in the folder are on disk when it returns; empty: the working folder.
Result<void> sync_folder(const std::filesystem::path& folder);

// Makes the folder and what is missing above it: when it returns, each of them is on disk under its name, so
// that what is synced within cannot vanish with a folder whose name was not. `mode`, before the umask: of the
// last one; those above are everybody's to read. One that is there already stays as it is.
Result<void> make_durable_folder(const std::filesystem::path& folder, mode_t mode = 0777);

}  // namespace stedi
