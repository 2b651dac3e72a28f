#include "core/config/roles_dir.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <optional>

namespace stedi {

namespace {

std::optional<std::filesystem::path> from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::filesystem::path(value);
}

// A daemon often has no HOME; its account still has one.
std::filesystem::path home() {
  if (auto home = from_environment("HOME")) return *home;
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return entry.pw_dir;
  return "/";
}

}  // namespace

std::filesystem::path default_roles_dir() {
  if (auto dir = from_environment("STEDI_ROLES_DIR")) return *dir;
  const auto state = from_environment("XDG_STATE_HOME");
  return (state ? *state : home() / ".local" / "state") / "stedi-edge" / "roles.d";
}

}  // namespace stedi
