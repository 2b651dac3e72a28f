// Files that a program opens to lock them, and what to say when it cannot have them.
#pragma once

#include <filesystem>
#include <string>

#include "core/result.hpp"

namespace stedi {

// Its descriptor, which is the caller's to close; made for the owner alone when it is absent.
Result<int> open_lock_file(const std::filesystem::path& file);

// Why `file` could not be opened, by its errno, and what to do: a file of another account is the usual
// reason.
std::string cannot_open(const std::filesystem::path& file, int reason);

// Who has an flock() on the open file, to be put behind a message: " (process 12, stedi-gateway)"; empty when
// the system does not say.
std::string holder_of_lock(int descriptor);

}  // namespace stedi
