// Tells a gateway on the same machine that a website device may speak for everyone.
#pragma once

#include <filesystem>
#include <string>

#include "core/result.hpp"

namespace stedi::firmware {

// <roles_dir>/<website_id>.toml: `website = ["<website_id>"]`, written whole or not at all.
Result<void> write_role_file(const std::filesystem::path& roles_dir, const std::string& website_id);
void remove_role_file(const std::filesystem::path& roles_dir, const std::string& website_id);

}  // namespace stedi::firmware
