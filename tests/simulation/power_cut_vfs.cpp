#include "tests/simulation/power_cut_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <new>

#include "tests/simulation/power_cut_disk.hpp"

namespace stedi::simulation {

namespace {

// Small, so that short schedules have checkpoints in them.
constexpr int checkpoint_pages = 6;

std::map<std::string, PowerCutDisk*>& disks() {
  static std::map<std::string, PowerCutDisk*> by_folder;
  return by_folder;
}

PowerCutDisk* disk_of(const char* file) {
  if (file == nullptr) return nullptr;
  const std::string path(file);
  for (const auto& [folder, disk] : disks())
    if (path.starts_with(folder)) return disk;
  return nullptr;
}

// The real file's structure follows this one in memory.
struct DiskFile {
  sqlite3_file base;
  PowerCutDisk* disk;
  const char* path;  // SQLite keeps it as long as the file is open
};

DiskFile& ours(sqlite3_file* file) {
  return *reinterpret_cast<DiskFile*>(file);
}
sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<DiskFile*>(file) + 1);
}
const sqlite3_io_methods* real_methods(sqlite3_file* file) {
  return real(file)->pMethods;
}
FileHistory& history(sqlite3_file* file) {
  return ours(file).disk->history(ours(file).path);
}
sqlite3_vfs& real_vfs(sqlite3_vfs* vfs) {
  return *static_cast<sqlite3_vfs*>(vfs->pAppData);
}

int close(sqlite3_file* file) {
  return real_methods(file)->xClose(real(file));
}

int read(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
  if (ours(file).disk->is_dead()) return SQLITE_IOERR_READ;
  return real_methods(file)->xRead(real(file), bytes, count, offset);
}

std::string bytes_at(sqlite3_file* file, sqlite3_int64 offset, sqlite3_int64 count, sqlite3_int64 size) {
  std::string bytes(static_cast<std::size_t>(std::clamp<sqlite3_int64>(size - offset, 0, count)), '\0');
  if (!bytes.empty())
    real_methods(file)->xRead(real(file), bytes.data(), static_cast<int>(bytes.size()), offset);
  return bytes;
}

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  sqlite3_int64 size = 0;
  real_methods(file)->xFileSize(real(file), &size);
  if (const int code = ours(file).disk->may_write(offset + count > size); code != SQLITE_OK) return code;
  history(file).add({FileHistory::Change::Kind::write, offset, bytes_at(file, offset, count, size),
                     std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count)), size});
  return real_methods(file)->xWrite(real(file), bytes, count, offset);
}

int truncate(sqlite3_file* file, sqlite3_int64 new_size) {
  sqlite3_int64 size = 0;
  real_methods(file)->xFileSize(real(file), &size);
  if (const int code = ours(file).disk->may_write(new_size > size); code != SQLITE_OK) return code;
  history(file).add({FileHistory::Change::Kind::truncation, new_size,
                     bytes_at(file, new_size, size - new_size, size), "", size});
  return real_methods(file)->xTruncate(real(file), new_size);
}

int sync(sqlite3_file* file, int) {
  return ours(file).disk->sync(history(file));
}

// What needs no simulation goes to the real file.
template <auto method>
struct Forward;
template <typename... Arguments, int (*sqlite3_io_methods::*method)(sqlite3_file*, Arguments...)>
struct Forward<method> {
  static int call(sqlite3_file* file, Arguments... arguments) {
    return (real_methods(file)->*method)(real(file), arguments...);
  }
};
void shm_barrier(sqlite3_file* file) {
  real_methods(file)->xShmBarrier(real(file));
}

const sqlite3_io_methods file_methods = {
    2,  // no memory-mapped pages: every write is seen
    close,
    read,
    write,
    truncate,
    sync,
    Forward<&sqlite3_io_methods::xFileSize>::call,
    Forward<&sqlite3_io_methods::xLock>::call,
    Forward<&sqlite3_io_methods::xUnlock>::call,
    Forward<&sqlite3_io_methods::xCheckReservedLock>::call,
    Forward<&sqlite3_io_methods::xFileControl>::call,
    Forward<&sqlite3_io_methods::xSectorSize>::call,
    Forward<&sqlite3_io_methods::xDeviceCharacteristics>::call,
    Forward<&sqlite3_io_methods::xShmMap>::call,
    Forward<&sqlite3_io_methods::xShmLock>::call,
    shm_barrier,
    Forward<&sqlite3_io_methods::xShmUnmap>::call,
    nullptr,
    nullptr,
};

int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  PowerCutDisk* disk = disk_of(path);
  if (disk == nullptr) return real_vfs(vfs).xOpen(&real_vfs(vfs), path, file, flags, out_flags);
  file->pMethods = nullptr;
  if (disk->is_dead()) return SQLITE_CANTOPEN;
  const bool is_new = !std::filesystem::exists(path);
  const int code = real_vfs(vfs).xOpen(&real_vfs(vfs), path, real(file), flags, out_flags);
  if (code != SQLITE_OK) return code;
  ours(file).disk = disk;
  ours(file).path = path;
  if (is_new) history(file).is_new = true;
  file->pMethods = &file_methods;
  return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  if (PowerCutDisk* disk = disk_of(path); disk != nullptr) {
    if (const int code = disk->may_write(false); code != SQLITE_OK) return SQLITE_IOERR_DELETE;
    disk->forget(path);
    sync_folder = 0;  // what is to outlive a power cut is this module's to say
  }
  return real_vfs(vfs).xDelete(&real_vfs(vfs), path, sync_folder);
}

int set_checkpoint(sqlite3* database, char**, const void*) {
  return sqlite3_wal_autocheckpoint(database, checkpoint_pages);
}

void install() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs* real_one = sqlite3_vfs_find(nullptr);
    sqlite3_vfs made = *real_one;
    made.pNext = nullptr;
    made.zName = "power-cut";
    made.szOsFile += static_cast<int>(sizeof(DiskFile));
    made.pAppData = real_one;
    made.xOpen = open;
    made.xDelete = remove;
    return made;
  }();
  static const bool installed = [] {
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(set_checkpoint));
    return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK;
  }();
  static_cast<void>(installed);
}

}  // namespace

void attach_disk(const std::string& folder, PowerCutDisk& disk) {
  install();
  disks()[folder] = &disk;
}

void detach_disk(const std::string& folder) {
  disks().erase(folder);
}

}  // namespace stedi::simulation
