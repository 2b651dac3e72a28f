// Keys and exports stand outside the store: whoever copies the store must not get them with it.
#pragma once

#include <algorithm>
#include <filesystem>

namespace stedi::lakehouse {

// Whether `inner` is `outer` or lies below it, links resolved; neither has to exist.
inline bool is_inside(const std::filesystem::path& inner, const std::filesystem::path& outer) {
  std::error_code error;
  const auto real = [&](const std::filesystem::path& path) {
    const auto whole = std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
    return whole.has_filename() ? whole : whole.parent_path();
  };
  const auto a = real(inner);
  const auto b = real(outer);
  return std::mismatch(b.begin(), b.end(), a.begin(), a.end()).first == b.end();
}

}  // namespace stedi::lakehouse
