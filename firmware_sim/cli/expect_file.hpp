// The file that says what every table must hold, for `stedi-lakehouse validate --expect`.
#pragma once

#include <filesystem>
#include <string>

#include "core/result.hpp"

namespace stedi::firmware {

// Replaces the file. In a folder that is there; the failure names the file.
Result<void> write_expect_file(const std::filesystem::path& file, const std::string& toml);

}  // namespace stedi::firmware
