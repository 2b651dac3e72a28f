#include "lakehouse/care/take_place.hpp"

#include <fcntl.h>
#include <stdio.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace stedi::lakehouse {

namespace {

namespace fs = std::filesystem;

Failure unchanged(const fs::path& from, const fs::path& to, int error) {
  return fail("restore: cannot rename " + from.string() + " to " + to.string() + ": " + std::strerror(error) +
              "; nothing was changed");
}

Result<fs::path> take_place_in_two_steps(PreparedFolder& prepared, const fs::path& store_dir,
                                         const fs::path& aside, const Renames& renames) {
  if (const int error = renames.rename(store_dir, aside); error != 0)
    return unchanged(store_dir, aside, error);
  const int error = renames.rename(prepared.dir(), store_dir);
  if (error == 0) {
    prepared.let_go();
    return aside;
  }
  if (renames.rename(aside, store_dir) == 0) return unchanged(prepared.dir(), store_dir, error);
  prepared.let_go();
  return fail("restore: there is no store at " + store_dir.string() + " now: " + std::strerror(error) +
              "; the old one is in " + aside.string() + ", the restored one in " + prepared.dir().string() +
              ": move one of them back");
}

}  // namespace

Renames Renames::of_the_system() {
  const auto exchange = [](const fs::path& from, const fs::path& to) {
    return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) == 0 ? 0 : errno;
  };
  const auto rename = [](const fs::path& from, const fs::path& to) {
    return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
  };
  return {exchange, rename};
}

Result<fs::path> take_place(PreparedFolder& prepared, const fs::path& store_dir, const fs::path& aside,
                            const Renames& renames) {
  const int error = renames.exchange(prepared.dir(), store_dir);
  if (error == EINVAL || error == ENOSYS) return take_place_in_two_steps(prepared, store_dir, aside, renames);
  if (error != 0) return unchanged(prepared.dir(), store_dir, error);
  prepared.let_go();  // from now on it holds the old store
  if (renames.rename(prepared.dir(), aside) != 0) return prepared.dir();
  return aside;
}

Result<void> take_free_place(PreparedFolder& prepared, const fs::path& store_dir, const Renames& renames) {
  if (const int error = renames.rename(prepared.dir(), store_dir); error != 0)
    return unchanged(prepared.dir(), store_dir, error);
  prepared.let_go();
  return {};
}

}  // namespace stedi::lakehouse
