// What it takes until bytes and names are on disk.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.hpp"

namespace stedi {

// Every byte, in as many writes as it takes. False: errno says why.
bool write_all(int descriptor, std::string_view bytes);

// The names in the folder are on disk when it returns; empty: the working folder.
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace stedi
