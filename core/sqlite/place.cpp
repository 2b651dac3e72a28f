#include "core/sqlite/place.hpp"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace stedi::sqlite {

namespace {

// A deleted file lives as long as it is open.
std::string remedy() {
  return "; move it back: until then nothing is stored. If it was deleted, copy it from /proc/" +
         std::to_string(::getpid()) + "/fd before this program ends, and start it again on the copy";
}

Failure gone(const std::filesystem::path& path) {
  return fail(path.string() + " was deleted, moved or hidden by a mount while it is open" + remedy());
}

Failure replaced(const std::filesystem::path& path) {
  return fail(path.string() + " is another file than the one that is open" + remedy());
}

}  // namespace

Result<Place> Place::of(Database& database) {
  TRY(database.integer("PRAGMA schema_version"));  // opens the log
  const auto mode = TRY(database.text("PRAGMA journal_mode"));
  const std::filesystem::path file = sqlite3_db_filename(database.handle(), "main");
  std::vector<std::filesystem::path> paths = {file};
  if (mode == "wal") {
    // The index too: others who made one anew would have locks of their own, and overwrite what is in the
    // log.
    for (const char* const beside : {"-wal", "-shm"}) paths.emplace_back(file.string() + beside);
  }
  Place place;
  for (const std::filesystem::path& path : paths) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return gone(path);
    place.files_.push_back({path, found.st_dev, found.st_ino});
  }
  int has_moved = 0;
  sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_HAS_MOVED, &has_moved);
  if (has_moved != 0) return replaced(file);
  return place;
}

Result<void> Place::check() const {
  for (const auto& [path, device, inode] : files_) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return gone(path);
    if (found.st_dev != device || found.st_ino != inode) return replaced(path);
  }
  return {};
}

}  // namespace stedi::sqlite
