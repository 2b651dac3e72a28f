#include "core/file/lock_file.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

namespace stedi {

namespace {

std::string account(uid_t id) {
  const passwd* const entry = ::getpwuid(id);
  return entry != nullptr ? entry->pw_name : std::to_string(id);
}

// What to give to an account that is to use the file: what lies beside it is as strange to it.
std::string whole_folder(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) return file.string();
  const auto folder = file.parent_path();
  return folder.empty() ? "." : folder.string();
}

// As /proc/locks names a file: its device in hexadecimal, its inode in decimal.
std::string name_in_locks(const struct stat& file) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%02x:%02x:%llu", major(file.st_dev), minor(file.st_dev),
                static_cast<unsigned long long>(file.st_ino));
  return text.data();
}

}  // namespace

Result<int> open_lock_file(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return fail(cannot_open(file, errno));
  return descriptor;
}

std::string cannot_open(const std::filesystem::path& file, int reason) {
  std::string what = "cannot open " + file.string() + ": " + std::strerror(reason);
  if (reason != EACCES && reason != EPERM) return what;
  struct stat found {};
  const uid_t self = ::geteuid();
  if (::stat(file.c_str(), &found) != 0 || found.st_uid == self)
    return what + "; let this account (" + account(self) + ") read and write it and its folder";
  return what + "; it belongs to " + account(found.st_uid) + ", and this runs as " + account(self) +
         ": as root, `chown -R " + account(self) + " " + whole_folder(file) + "`";
}

std::string holder_of_lock(int descriptor) {
  struct stat file {};
  if (::fstat(descriptor, &file) != 0) return "";
  const std::string wanted = name_in_locks(file);
  std::ifstream locks("/proc/locks");
  // 1: FLOCK  ADVISORY  WRITE 1234 fe:00:5678 0 EOF; one that waits has an arrow behind its number.
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, manner, access, process, name;
    if (!(words >> number >> kind >> manner >> access >> process >> name)) continue;
    if (kind != "FLOCK" || name != wanted) continue;
    std::string program;
    std::getline(std::ifstream("/proc/" + process + "/comm"), program);
    return " (process " + process + (program.empty() ? "" : ", " + program) + ")";
  }
  return "";
}

}  // namespace stedi
