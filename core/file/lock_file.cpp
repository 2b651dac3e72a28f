#include "core/file/lock_file.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

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

// Who has an flock() on the open file.
std::string holder_of(int descriptor) {
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

int open_to_lock(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    return ::open(file.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

}  // namespace

Result<FileLock> FileLock::take(const std::filesystem::path& file, Wanted wanted,
                                const InTheWay& in_the_way) {
  constexpr std::chrono::milliseconds pause{20};
  FileLock lock(open_to_lock(file));
  if (lock.descriptor_ < 0) return fail(cannot_open(file, errno));
  const int operation = (wanted.kind == Kind::shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  for (auto waited = std::chrono::milliseconds(0); ::flock(lock.descriptor_, operation) != 0;
       waited += pause) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return fail("cannot lock " + file.string() + ": " + std::strerror(errno));
    if (waited >= wanted.patience) return in_the_way(holder_of(lock.descriptor_));
    std::this_thread::sleep_for(pause);
  }
  return lock;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder, std::string_view file_name,
                                    const FileLock::InTheWay& in_the_way) {
  auto file = TRY(FileLock::take(folder / file_name, in_the_way));
  auto whole = TRY(FileLock::take(folder, in_the_way));
  return FolderLock(std::move(file), std::move(whole));
}

std::string cannot_open(const std::filesystem::path& file, int reason) {
  std::string what = "cannot open " + file.string() + ": " + std::strerror(reason);
  if (reason != EACCES && reason != EPERM) return what;
  struct stat found {};
  const uid_t self = ::geteuid();
  if (::stat(file.c_str(), &found) != 0 || found.st_uid == self)
    return what + "; give this account (" + account(self) + ") read and write access to it and its folder";
  return what + "; it belongs to " + account(found.st_uid) + ", and this program runs as " + account(self) +
         ": as root, `chown -R " + account(self) + " " + whole_folder(file) + "`";
}

}  // namespace stedi
