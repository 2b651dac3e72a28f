#include <fcntl.h>
#include <stdio.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <optional>

#include "core/digest/digest.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/backup/backup.hpp"
#include "lakehouse/backup/copy_file.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/zones/run_lock.hpp"

namespace stedi::lakehouse {

namespace {

namespace fs = std::filesystem;

// Whoever works on the store holds one of these; held here, nobody starts to while it is replaced.
class StoreLocks {
 public:
  static Result<StoreLocks> take(const fs::path& store_dir) {
    StoreLocks locks;
    if (auto held = locks.add(store_dir / "gateway.lock", "a gateway runs on it; stop it first"); !held)
      return Failure(held.error());
    for (const std::string profile : {"strict", "reference"}) {
      auto held =
          locks.add(store_dir / ("zones-" + profile + ".lock"), "a run is under way; wait for its end");
      if (!held) return Failure(held.error());
    }
    return locks;
  }

 private:
  Result<void> add(const fs::path& file, std::string_view in_the_way) {
    auto lock = RunLock::acquire(file, std::chrono::milliseconds(0));
    if (!lock) return fail("restore: store " + file.parent_path().string() + ": " + std::string(in_the_way));
    locks_.push_back(*std::move(lock));
    return {};
  }
  std::vector<RunLock> locks_;
};

// A folder beside the store that is removed unless it took the store's place.
class PreparedFolder {
 public:
  explicit PreparedFolder(fs::path dir) : dir_(std::move(dir)) {}
  PreparedFolder(const PreparedFolder&) = delete;
  PreparedFolder& operator=(const PreparedFolder&) = delete;
  ~PreparedFolder() {
    std::error_code ignored;
    if (!placed_) fs::remove_all(dir_, ignored);
  }
  const fs::path& dir() const { return dir_; }
  void is_placed() { placed_ = true; }

 private:
  fs::path dir_;
  bool placed_ = false;
};

Result<void> copy_all(const Backup& backup, const fs::path& from, const fs::path& to) {
  for (const BackupFile& file : backup.files) {
    const auto copied = copy_durably(from / file.name, to / file.name);
    if (!copied) return Failure(copied.error());
    if (*copied != FileDigest{file.bytes, file.sha256})
      return fail((from / file.name).string() + " is not what was backed up; use another backup");
  }
  return sync_folder(to);
}

Result<void> check_version(const fs::path& dir) {
  auto landing = sqlite::Database::open(landing::landing_file(dir), sqlite::Access::read_write);
  if (!landing) return Failure(landing.error());
  return landing::check_landing(*landing, landing::landing_file(dir));
}

std::string utc_stamp(std::int64_t epoch_ms) {
  const std::time_t seconds = epoch_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
  return {text.data(), length};
}

Failure cannot_rename(const fs::path& dir) {
  return fail("restore: cannot put the restored store at " + dir.string() + ": " + std::strerror(errno));
}

// By one rename where the file system can exchange two names, so that no gateway ever finds no store there
// and makes an empty one.
Result<void> exchange(const fs::path& prepared, const fs::path& store_dir, const fs::path& aside) {
  if (::renameat2(AT_FDCWD, prepared.c_str(), AT_FDCWD, store_dir.c_str(), RENAME_EXCHANGE) == 0) {
    if (::rename(prepared.c_str(), aside.c_str()) != 0) return cannot_rename(aside);
    return {};
  }
  if (errno != EINVAL && errno != ENOSYS) return cannot_rename(store_dir);
  if (::rename(store_dir.c_str(), aside.c_str()) != 0) return cannot_rename(aside);
  if (::rename(prepared.c_str(), store_dir.c_str()) != 0) return cannot_rename(store_dir);
  return {};
}

Result<void> place_first(const fs::path& prepared, const fs::path& store_dir) {
  if (::rename(prepared.c_str(), store_dir.c_str()) != 0) return cannot_rename(store_dir);
  return {};
}

Result<void> refuse_existing(const fs::path& store_dir) {
  return fail("restore: there is a store at " + store_dir.string() +
              " already; --force puts the backup in its place and keeps the old one beside it");
}

}  // namespace

Result<Restored> restore_store(const fs::path& from_dir, const StoreFolder& store, ExistingStore existing,
                               const Clock& clock) {
  Restored restored;
  auto backup = read_backup(from_dir);
  if (!backup) return in_context("restore", backup.error());
  restored.backup = *std::move(backup);
  std::error_code error;
  const bool has_folder = fs::exists(store.dir, error);
  const bool has_store = has_folder && fs::exists(landing::landing_file(store.dir), error);
  if (has_store && existing == ExistingStore::refuse) return Failure(refuse_existing(store.dir).error());
  std::optional<StoreLocks> locks;
  if (has_folder) {
    auto held = StoreLocks::take(store.dir);
    if (!held) return Failure(held.error());
    locks.emplace(*std::move(held));
  }
  PreparedFolder prepared(store.dir.string() + ".restoring-" + random_id().substr(0, 8));
  fs::create_directories(prepared.dir(), error);
  if (error) return fail("restore: cannot make " + prepared.dir().string() + ": " + error.message());
  fs::permissions(prepared.dir(), fs::perms::owner_all, error);
  if (auto copied = copy_all(restored.backup, from_dir, prepared.dir()); !copied)
    return in_context("restore", copied.error());
  if (auto known = check_version(prepared.dir()); !known) return in_context("restore", known.error());
  const fs::path aside = store.dir.string() + ".replaced-" + utc_stamp(clock.wall_ms());
  if (has_folder && fs::exists(aside, error))
    return fail("restore: " + aside.string() + " is there already; try again");
  auto placed =
      has_folder ? exchange(prepared.dir(), store.dir, aside) : place_first(prepared.dir(), store.dir);
  if (!placed) return Failure(placed.error());
  prepared.is_placed();
  if (has_folder) restored.replaced = aside;
  if (has_folder && !has_store) {
    // Locks and leftovers of a store that never was.
    fs::remove_all(aside, error);
    restored.replaced.clear();
  }
  if (auto synced = sync_folder(store.dir.parent_path()); !synced)
    return in_context("restore", synced.error());
  return restored;
}

}  // namespace stedi::lakehouse
