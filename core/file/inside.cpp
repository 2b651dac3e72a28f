#include "core/file/inside.hpp"

#include <algorithm>

namespace stedi {

std::filesystem::path resolved(const std::filesystem::path& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  auto resolved = std::filesystem::weakly_canonical(absolute, error);
  if (error) resolved = absolute.lexically_normal();
  return resolved.has_filename() ? resolved : resolved.parent_path();
}

bool is_inside(const std::filesystem::path& inner, const std::filesystem::path& outer) {
  const auto a = resolved(inner);
  const auto b = resolved(outer);
  return std::mismatch(b.begin(), b.end(), a.begin(), a.end()).first == b.end();
}

}  // namespace stedi
