#include "lakehouse/landing/store_use.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace stedi::landing {

namespace {

namespace fs = std::filesystem;

// Bytes of the lock file; each is a lock of its own.
enum class Part : off_t {
  opening = 1,  // alone with whoever looks whether the log must be renewed
  log,          // shared by those whose log is renewed
};

// A lock of the open file, not of the process: one of its threads is another's equal.
int lock(int file, int command, Part part, short kind) {
  struct flock range {};
  range.l_type = kind;
  range.l_whence = SEEK_SET;
  range.l_start = static_cast<off_t>(part);
  range.l_len = 1;
  int done = -1;
  do {
    done = ::fcntl(file, command, &range);
  } while (done != 0 && errno == EINTR);
  if (done != 0) return errno;
  const bool is_held_by_another = command == F_OFD_GETLK && range.l_type != F_UNLCK;
  return is_held_by_another ? EAGAIN : 0;
}

// The folder may have been replaced after the file was opened: then it is another store's.
bool is_still(int file, const fs::path& name) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file, &opened) == 0 && ::stat(name.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

Failure failure(const fs::path& file, int error) {
  return fail("cannot lock " + file.string() + ": " + std::strerror(error) +
              "; it must be writable by this account");
}

}  // namespace

Result<StoreUse> StoreUse::take(const fs::path& store_dir, FileLock::Kind kind) {
  const fs::path name = store_dir / "store.lock";
  const auto in_the_way = [&](const std::string& holder) {
    const std::string store = "store " + store_dir.string() + ": ";
    return kind == FileLock::Kind::shared
               ? fail(store + "it is being restored" + holder + "; try again when the restore has finished")
               : fail(store + "a program is writing to it" + holder + "; wait until it ends, or stop it");
  };
  while (true) {
    StoreUse use(TRY(FileLock::take(name, {.kind = kind}, in_the_way)));
    if (is_still(use.lock_.descriptor(), name)) return use;
  }
}

Result<StoreUse> StoreUse::share(const fs::path& store_dir) {
  return take(store_dir, FileLock::Kind::shared);
}

Result<StoreUse> StoreUse::take_alone(const fs::path& store_dir) {
  return take(store_dir, FileLock::Kind::alone);
}

Result<void> StoreUse::enter_log(const std::function<Result<void>()>& renew) {
  if (const int error = lock(lock_.descriptor(), F_OFD_SETLKW, Part::opening, F_WRLCK); error != 0)
    return failure("store.lock", error);
  const int others = lock(lock_.descriptor(), F_OFD_GETLK, Part::log, F_WRLCK);
  Result<void> renewed;
  if (others == 0) renewed = renew();
  if (renewed) {
    if (const int error = lock(lock_.descriptor(), F_OFD_SETLK, Part::log, F_RDLCK); error != 0)
      renewed = failure("store.lock", error);
  }
  lock(lock_.descriptor(), F_OFD_SETLK, Part::opening, F_UNLCK);
  return renewed;
}

}  // namespace stedi::landing
