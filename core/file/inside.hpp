// Where a path leads.
#pragma once

#include <filesystem>

namespace stedi {

// Absolute, links resolved as far as it exists, without a slash at its end.
std::filesystem::path resolved(const std::filesystem::path& path);
// Whether `inner` is `outer` or lies below it; neither has to exist.
bool is_inside(const std::filesystem::path& inner, const std::filesystem::path& outer);

}  // namespace stedi
