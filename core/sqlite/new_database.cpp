#include "core/sqlite/new_database.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "core/file/durable.hpp"

namespace stedi::sqlite {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view draft_mark = ".new-";
constexpr std::string_view draft_place = "XXXXXX";  // as mkstemp() wants it

Failure failure(const fs::path& file) {
  return fail("cannot create " + file.string() + ": " + std::strerror(errno));
}

void remove_draft(const std::string& name) {
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) ::unlink((name + suffix).c_str());
}

std::vector<fs::path> drafts_of(const fs::path& file) {
  const std::string prefix = file.filename().string() + std::string(draft_mark);
  std::vector<fs::path> drafts;
  std::error_code error;
  for (fs::directory_iterator entry(file.parent_path(), error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.size() == prefix.size() + draft_place.size() && name.starts_with(prefix))
      drafts.push_back(entry->path());
  }
  return drafts;
}

}  // namespace

// The file under its first name; locked as long as its maker lives, removed with it.
class NewDatabase::Draft {
 public:
  explicit Draft(const fs::path& file) {
    // Somebody who tidies up may find it before it is locked: then another is made.
    do {
      if (handle_ >= 0) ::close(handle_);
      name_ = file.string() + std::string(draft_mark) + std::string(draft_place);
      handle_ = ::mkostemp(name_.data(), O_CLOEXEC);
    } while (handle_ >= 0 && (is_taken() || !has_name()));
  }
  ~Draft() {
    if (handle_ < 0) return;
    remove_draft(name_);
    ::close(handle_);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  bool made() const { return handle_ >= 0; }
  const std::string& name() const { return name_; }
  bool sync() const { return ::fsync(handle_) == 0; }

 private:
  bool is_taken() const { return ::flock(handle_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK; }
  bool has_name() const {
    struct stat status {};
    return ::fstat(handle_, &status) == 0 && status.st_nlink > 0;
  }

  std::string name_;
  int handle_ = -1;
};

NewDatabase::NewDatabase(fs::path file, std::unique_ptr<Draft> draft)
    : file_(std::move(file)), draft_(std::move(draft)) {}
NewDatabase::NewDatabase(NewDatabase&&) noexcept = default;
NewDatabase& NewDatabase::operator=(NewDatabase&&) noexcept = default;
NewDatabase::~NewDatabase() = default;

Result<NewDatabase> NewDatabase::begin(const fs::path& file) {
  remove_abandoned_drafts(file);
  auto draft = std::make_unique<Draft>(file);
  if (!draft->made()) return failure(file);
  return NewDatabase(file, std::move(draft));
}

Result<Database> NewDatabase::open() const {
  auto database = TRY(Database::open(draft_->name(), Access::read_write));
  // A journal in memory, so that a transaction can still be rolled back.
  TRY(database.execute("PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY"));
  return database;
}

Result<NewDatabase::Published> NewDatabase::publish(Database filled) {
  TRY_IN("cannot create " + file_.string(), filled.execute("PRAGMA main.journal_mode=WAL"));
  { const Database closed = std::move(filled); }
  if (!draft_->sync()) return failure(file_);
  // A link, unlike a rename, never replaces what another process has made meanwhile.
  const bool linked = ::link(draft_->name().c_str(), file_.c_str()) == 0;
  if (!linked && errno != EEXIST) return failure(file_);
  TRY(sync_folder(file_.parent_path()));
  return linked ? Published::by_us : Published::by_another;
}

Result<void> make_if_absent(const fs::path& file, const std::function<Result<void>(Database&)>& fill) {
  std::error_code ignored;
  if (fs::exists(file, ignored)) {
    remove_abandoned_drafts(file);
    return {};
  }
  auto draft = TRY(NewDatabase::begin(file));
  auto database = TRY_IN("cannot create " + file.string(), draft.open());
  TRY_IN("cannot create " + file.string(), fill(database));
  TRY(draft.publish(std::move(database)));
  return {};
}

void remove_abandoned_drafts(const fs::path& file) {
  for (const fs::path& draft : drafts_of(file)) {
    const int handle = ::open(draft.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (handle < 0) continue;
    if (::flock(handle, LOCK_EX | LOCK_NB) == 0) remove_draft(draft.string());
    ::close(handle);
  }
}

}  // namespace stedi::sqlite
