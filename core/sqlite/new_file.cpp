#include "core/sqlite/new_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

namespace stedi::sqlite {

namespace {

namespace fs = std::filesystem;

Failure failure(const fs::path& file) {
  return fail("cannot make " + file.string() + ": " + std::strerror(errno));
}

// Removed when it goes out of scope.
class Draft {
 public:
  explicit Draft(const fs::path& file)
      : name_(file.string() + ".new-XXXXXX"), handle_(::mkstemp(name_.data())) {}
  ~Draft() {
    if (handle_ < 0) return;
    ::close(handle_);
    ::unlink(name_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  bool made() const { return handle_ >= 0; }
  const std::string& name() const { return name_; }
  bool sync() const { return ::fsync(handle_) == 0; }

 private:
  std::string name_;
  int handle_;
};

bool sync_folder(const fs::path& folder) {
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return false;
  const bool synced = ::fsync(handle) == 0;
  ::close(handle);
  return synced;
}

// Nothing here needs to survive a crash: the draft is thrown away then.
Result<void> fill_draft(const Draft& draft, const std::function<Result<void>(Database&)>& fill) {
  auto database = Database::open(draft.name(), Access::create);
  if (!database) return Failure(database.error());
  if (auto set = database->execute("PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF"); !set) return set;
  if (auto filled = fill(*database); !filled) return filled;
  return database->execute("PRAGMA journal_mode=WAL");
}

}  // namespace

Result<void> make_if_absent(const fs::path& file, const std::function<Result<void>(Database&)>& fill) {
  std::error_code ignored;
  if (fs::exists(file, ignored)) return {};
  const Draft draft(file);
  if (!draft.made()) return failure(file);
  if (auto filled = fill_draft(draft, fill); !filled)
    return in_context("cannot make " + file.string(), filled.error());
  if (!draft.sync()) return failure(file);
  // A link, unlike a rename, never replaces what another process has made meanwhile.
  const bool linked = ::link(draft.name().c_str(), file.c_str()) == 0;
  if (!linked && errno != EEXIST) return failure(file);
  if (!sync_folder(file.parent_path())) return failure(file);
  return {};
}

}  // namespace stedi::sqlite
