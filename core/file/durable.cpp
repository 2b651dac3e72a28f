#include "core/file/durable.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace stedi {

namespace {

bool is_folder(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

std::filesystem::path folder_above(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

// Made, or made by another process in the meantime.
Result<void> make_folder(const std::filesystem::path& folder, mode_t mode) {
  if (::mkdir(folder.c_str(), mode) == 0) return {};
  const int reason = errno;
  if (reason == EEXIST && is_folder(folder)) return {};
  return fail("cannot create the folder " + folder.string() + ": " + std::strerror(reason));
}

}  // namespace

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const std::filesystem::path named = folder.empty() ? "." : folder;
  const int descriptor = ::open(named.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int reason = errno;
  if (descriptor >= 0) ::close(descriptor);
  return synced ? Result<void>() : fail("cannot sync " + named.string() + ": " + std::strerror(reason));
}

Result<void> make_durable_folder(const std::filesystem::path& folder, mode_t mode) {
  if (folder.empty()) return {};
  if (!folder.has_filename()) return make_durable_folder(folder.parent_path(), mode);  // a slash at its end
  const std::filesystem::path above = folder_above(folder);
  if (is_folder(folder)) {
    // It may be of a process that died before it had synced the name; where we may not look, it is not ours.
    if (::access(above.c_str(), R_OK) == 0) (void)sync_folder(above);
    return {};
  }
  TRY(make_durable_folder(above));
  TRY(make_folder(folder, mode));
  return sync_folder(above);
}

}  // namespace stedi
