#include "gateway/store_lock.hpp"

#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/file/durable.hpp"
#include "core/file/lock_file.hpp"
#include "lakehouse/landing/store_use.hpp"

namespace stedi::gateway {

namespace {

// A restore has the same lock, and has the store alone besides.
Failure in_use(const std::filesystem::path& store_dir, int file) {
  const std::string holder = holder_of_lock(file);
  if (const auto use = landing::StoreUse::share(store_dir); !use) return fail(use.error().message + holder);
  return fail("store " + store_dir.string() + ": another gateway has it" + holder + "; stop that one first");
}

}  // namespace

Result<StoreLock> StoreLock::take(const std::filesystem::path& store_dir) {
  const std::string where = "store " + store_dir.string();
  TRY_IN(where, make_durable_folder(store_dir));
  const auto file = TRY(open_lock_file(store_dir / "gateway.lock"));
  StoreLock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) return in_use(store_dir, file);
  return fail(where + ": gateway.lock cannot be locked: " + std::generic_category().message(errno));
}

StoreLock::~StoreLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace stedi::gateway
