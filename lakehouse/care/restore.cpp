#include <optional>

#include "core/digest/digest.hpp"
#include "core/file/durable.hpp"
#include "core/sqlite/database.hpp"
#include "core/time_text.hpp"
#include "lakehouse/care/backup.hpp"
#include "lakehouse/care/copy_file.hpp"
#include "lakehouse/care/take_place.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/landing/store_use.hpp"
#include "lakehouse/store/run_lock.hpp"
#include "lakehouse/store/store_files.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

namespace {

namespace fs = std::filesystem;

// Held here, nobody writes to the store while it is replaced. The first ones say best who is in the way; the
// last one is shared by all who write.
class StoreLocks {
 public:
  static Result<StoreLocks> take(const fs::path& store_dir) {
    StoreLocks locks;
    TRY(locks.add(store_dir / "gateway.lock", "a gateway is using it; stop the gateway first"));
    TRY(locks.add(store_dir, "a gateway is using it; stop the gateway first"));
    for (const Profile profile : all_profiles) {
      TRY(locks.add(zones_lock_file(store_dir, profile), "a run is in progress; wait until it ends"));
    }
    locks.alone_.emplace(TRY_IN("restore", landing::StoreUse::take_alone(store_dir)));
    return locks;
  }

 private:
  Result<void> add(const fs::path& file, std::string_view in_the_way) {
    locks_.push_back(TRY_IN("restore", lock_for_run(file, std::chrono::milliseconds(0), in_the_way)));
    return {};
  }
  std::vector<FileLock> locks_;
  std::optional<landing::StoreUse> alone_;
};

Result<void> copy_all(const Backup& backup, const fs::path& from, const fs::path& to) {
  for (const BackupFile& file : backup.files) {
    const auto copied = TRY(copy_durably(from / file.name, to / file.name));
    if (copied != FileDigest{file.bytes, file.sha256})
      return fail((from / file.name).string() + " differs from the manifest; use another backup");
  }
  return sync_folder(to);
}

Result<void> check_version(const fs::path& dir) {
  auto landing = TRY(sqlite::Database::open(landing::landing_file(dir), sqlite::Access::read_write));
  return landing::check_landing(landing, landing::landing_file(dir));
}

// What stands where the store is to be.
enum class Place { free, locks_alone, store, something_else };

bool is_lock(const fs::directory_entry& entry) {
  std::error_code error;
  return entry.is_regular_file(error) && !error && entry.path().extension() == ".lock";
}

Result<Place> look_at(const fs::path& store_dir) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(store_dir, error);
  if (status.type() == fs::file_type::not_found) return Place::free;
  if (fs::exists(landing::landing_file(store_dir), error)) return Place::store;
  fs::directory_iterator entry(store_dir, error);
  if (error) return fail("restore: cannot read " + store_dir.string() + ": " + error.message());
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (!is_lock(*entry)) return Place::something_else;
  }
  if (error) return fail("restore: cannot read " + store_dir.string() + ": " + error.message());
  return Place::locks_alone;
}

Result<void> refuse_unless_free(Place place, const fs::path& store_dir) {
  constexpr std::string_view remedy = "; --force replaces it with the backup and keeps the old one beside it";
  if (place == Place::store)
    return fail("restore: there is a store at " + store_dir.string() + " already" + std::string(remedy));
  if (place == Place::something_else)
    return fail("restore: " + store_dir.string() + " holds files but no store" + std::string(remedy));
  return {};
}

// Locks of a store that never was; anything that came between stays where it is.
bool is_removed(const fs::path& aside) {
  std::error_code error;
  std::vector<fs::path> locks;
  for (const auto& entry : fs::directory_iterator(aside, error)) {
    if (is_lock(entry)) locks.push_back(entry.path());
  }
  for (const fs::path& lock : locks) fs::remove(lock, error);
  return fs::remove(aside, error) && !error;
}

Result<void> prepare(const fs::path& dir, const fs::path& from_dir, const Backup& backup) {
  TRY_IN("restore", make_durable_folder(dir));
  std::error_code error;
  fs::permissions(dir, fs::perms::owner_all, error);
  TRY_IN("restore", copy_all(backup, from_dir, dir));
  TRY_IN("restore", check_version(dir));
  return {};
}

// Where what was there is now; empty: there was nothing to keep.
Result<fs::path> replace(PreparedFolder& prepared, const fs::path& store_dir, Place place,
                         const Clock& clock) {
  const Renames renames = Renames::of_the_system();
  if (place == Place::free) {
    TRY(take_free_place(prepared, store_dir, renames));
    return fs::path();
  }
  const fs::path aside = store_dir.string() + ".replaced-" + utc_for_file_names(clock.wall_ms());
  std::error_code error;
  if (fs::exists(aside, error)) return fail("restore: " + aside.string() + " already exists; try again");
  auto kept = take_place(prepared, store_dir, aside, renames);
  if (kept && place == Place::locks_alone && is_removed(*kept)) return fs::path();
  return kept;
}

}  // namespace

Result<Restored> restore_store(const fs::path& from_dir, const StoreFolder& store, ExistingStore existing,
                               const Clock& clock) {
  Restored restored;
  restored.backup = TRY_IN("restore", read_backup(from_dir));
  const auto place = TRY(look_at(store.dir));
  if (existing == ExistingStore::refuse) TRY(refuse_unless_free(place, store.dir));
  std::optional<StoreLocks> locks;
  if (place != Place::free) {
    locks.emplace(TRY(StoreLocks::take(store.dir)));
  }
  PreparedFolder prepared(store.dir.string() + ".restoring-" + random_id().substr(0, 8));
  TRY(prepare(prepared.dir(), from_dir, restored.backup));
  restored.replaced = TRY(replace(prepared, store.dir, place, clock));
  TRY_IN("restore", sync_folder(store.dir.parent_path()));
  return restored;
}

}  // namespace stedi::lakehouse
