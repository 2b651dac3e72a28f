// Copies of a whole store while it is in use, and a store made of such a copy again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "lakehouse/store/progress.hpp"
#include "lakehouse/store/store_folder.hpp"

namespace stedi::lakehouse {

struct BackupFile {
  std::string name;  // as in the store
  std::int64_t bytes = 0;
  std::string sha256;
};

struct Backup {
  std::string store_uuid;
  std::int64_t taken_ms = 0;  // when it was begun: what landed before is in it
  std::vector<BackupFile> files;
};

// Copies zones, consent ledger and landing.db into `out_dir`, which must be new or empty and outside of the
// store, by SQLite's backup API: each file as of one instant, the landing zone as of a later one than the
// zones made of it. Gateway and jobs go on meanwhile. Each copy is checked; backup.json is written last, so
// that a folder with it is whole. The keys are not in it.
Result<Backup> backup_store(const StoreFolder& store, const std::filesystem::path& out_dir,
                            const Clock& clock, const Progress& progress = {});

// Reads backup.json; fails when the folder is no whole backup.
Result<Backup> read_backup(const std::filesystem::path& dir);

enum class ExistingStore { refuse, replace };

struct Restored {
  Backup backup;
  std::filesystem::path replaced;  // where what was there before is now; empty: there was nothing but locks
};

// Makes `store` of a backup: everything is copied and compared with backup.json first, then the folder takes
// its place by one rename. Fails, and changes nothing, while a gateway, a run or anybody else writes to the
// store; and, unless what is there is to be replaced, when the folder holds anything but locks. What was
// there is kept beside it.
Result<Restored> restore_store(const std::filesystem::path& from_dir, const StoreFolder& store,
                               ExistingStore existing, const Clock& clock);

}  // namespace stedi::lakehouse
