// Preloaded into a program under test: below one folder, storage fails when it is told to, the process dies
// at a chosen write, and what was synced is kept apart, so that a power cut can be played afterwards. It also
// steps the wall clock. The rest of the program sees the system as it is.
//
//   STEDI_FAULT_FOLDER    whose files (those of its own level) it watches; lock files and -shm are left alone
//   STEDI_FAULT_DURABLE   a folder that mirrors what is durable of them, under the same names
//   STEDI_FAULT_CONTROL   the file of the words below, shared with the rig (chaos/machine.py)
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <mutex>
#include <string>

namespace {

enum Trouble : std::int64_t { none, full, write_error, sync_error, read_only };

struct Control {
  std::atomic<std::int64_t> trouble;
  std::atomic<std::int64_t> die_after;  // writes and syncs until the process kills itself; negative: never
  std::atomic<std::int64_t> clock_step_ms;  // on the wall clock
  std::atomic<std::int64_t> sync_delay_us;
  std::atomic<std::int64_t> strikes;  // how often the program felt any of this
};

template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

// Looked up when first called: other libraries may call before our constructors have run.
int real_open(const char* path, int flags, mode_t mode) {
  static const auto real = next<int(const char*, int, mode_t)>("open");
  return real(path, flags, mode);
}
int real_close(int descriptor) {
  static const auto real = next<int(int)>("close");
  return real(descriptor);
}
ssize_t real_pread(int descriptor, void* bytes, std::size_t count, off_t offset) {
  static const auto real = next<ssize_t(int, void*, std::size_t, off_t)>("pread");
  return real(descriptor, bytes, count, offset);
}
ssize_t real_pwrite(int descriptor, const void* bytes, std::size_t count, off_t offset) {
  static const auto real = next<ssize_t(int, const void*, std::size_t, off_t)>("pwrite");
  return real(descriptor, bytes, count, offset);
}
ssize_t real_write(int descriptor, const void* bytes, std::size_t count) {
  static const auto real = next<ssize_t(int, const void*, std::size_t)>("write");
  return real(descriptor, bytes, count);
}
int real_ftruncate(int descriptor, off_t size) {
  static const auto real = next<int(int, off_t)>("ftruncate");
  return real(descriptor, size);
}
int real_fsync(int descriptor) {
  static const auto real = next<int(int)>("fsync");
  return real(descriptor);
}
int real_fdatasync(int descriptor) {
  static const auto real = next<int(int)>("fdatasync");
  return real(descriptor);
}
int real_unlink(const char* path) {
  static const auto real = next<int(const char*)>("unlink");
  return real(path);
}
int real_link(const char* from, const char* to) {
  static const auto real = next<int(const char*, const char*)>("link");
  return real(from, to);
}
int real_mkostemp(char* pattern, int flags) {
  static const auto real = next<int(char*, int)>("mkostemp");
  return real(pattern, flags);
}
int real_clock_gettime(clockid_t clock, timespec* time) {
  static const auto real = next<int(clockid_t, timespec*)>("clock_gettime");
  return real(clock, time);
}

// Of one open file: what was written since it was last synced.
struct Watched {
  std::string name;  // below the folder; empty: not watched
  off_t dirty_from = 0;
  off_t dirty_to = 0;  // == dirty_from: nothing
};

constexpr int most_descriptors = 4096;

struct Shim {
  std::string folder;
  std::string durable;
  Control* control = nullptr;
  std::mutex mutex;
  Watched files[most_descriptors];

  Shim() {
    const char* const control_file = std::getenv("STEDI_FAULT_CONTROL");
    if (control_file == nullptr) return;
    folder = std::string(std::getenv("STEDI_FAULT_FOLDER")) + "/";
    durable = std::string(std::getenv("STEDI_FAULT_DURABLE")) + "/";
    const int descriptor = real_open(control_file, O_RDWR | O_CLOEXEC, 0);
    if (descriptor < 0) std::abort();
    void* const memory = mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (memory == MAP_FAILED) std::abort();
    control = static_cast<Control*>(memory);
    real_close(descriptor);
  }

  // Its name below the folder; empty when it is none of ours.
  std::string watched_name(const char* path) const {
    const std::string text(path);
    if (control == nullptr || !text.starts_with(folder) || text.ends_with("-shm") || text.ends_with(".lock"))
      return {};
    const std::string name = text.substr(folder.size());
    return name.find('/') == std::string::npos ? name : std::string();
  }
};

Shim& shim() {
  static auto* const one = new Shim;  // outlives every destructor that may still write
  return *one;
}

Watched* watched(int descriptor) {
  if (descriptor < 0 || descriptor >= most_descriptors) return nullptr;
  Watched& file = shim().files[descriptor];
  return file.name.empty() ? nullptr : &file;
}

Trouble trouble() {
  return static_cast<Trouble>(shim().control->trouble.load());
}

// The process may die here instead.
void count_effect() {
  Control& control = *shim().control;
  if (control.die_after < 0 || control.die_after-- != 0) return;
  ++control.strikes;
  kill(getpid(), SIGKILL);
}

off_t size_of(int descriptor) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 ? status.st_size : 0;
}

int refuse(int error) {
  ++shim().control->strikes;
  errno = error;
  return -1;
}

// 0, or why a write that ends at `end` fails.
int write_failure(int descriptor, off_t end) {
  switch (trouble()) {
    case full:
      return end > size_of(descriptor) ? ENOSPC : 0;
    case write_error:
      return EIO;
    case read_only:
      return EROFS;
    default:
      return 0;
  }
}

void mark_dirty(Watched& file, off_t from, off_t to) {
  const bool was_clean = file.dirty_from == file.dirty_to;
  file.dirty_from = was_clean ? from : std::min(file.dirty_from, from);
  file.dirty_to = was_clean ? to : std::max(file.dirty_to, to);
}

// Copies what a sync has made durable.
void keep_durable(int descriptor, Watched& file) {
  const std::string copy = shim().durable + file.name;
  const int out = real_open(copy.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (out < 0) return;
  static char piece[1 << 16];
  const off_t size = size_of(descriptor);
  for (off_t at = file.dirty_from; at < std::min(file.dirty_to, size);) {
    const auto wanted = static_cast<std::size_t>(std::min<off_t>(file.dirty_to - at, sizeof piece));
    const ssize_t got = real_pread(descriptor, piece, wanted, at);
    if (got <= 0 || real_pwrite(out, piece, static_cast<std::size_t>(got), at) != got) break;
    at += got;
  }
  real_ftruncate(out, size);
  real_close(out);
  file.dirty_from = file.dirty_to = 0;
}

int sync(int descriptor, int (*real)(int)) {
  Watched* const file = watched(descriptor);
  if (file == nullptr) return real(descriptor);
  count_effect();
  if (const auto delay_us = shim().control->sync_delay_us.load(); delay_us > 0) {
    ++shim().control->strikes;
    usleep(static_cast<useconds_t>(delay_us));
  }
  const std::lock_guard lock(shim().mutex);
  if (trouble() == sync_error) {
    // As the kernel does it: still to be read, never to be written again.
    file->dirty_from = file->dirty_to = 0;
    return refuse(EIO);
  }
  keep_durable(descriptor, *file);
  return 0;
}

int open_watched(const char* path, int flags, mode_t mode) {
  const std::string name = shim().watched_name(path);
  const bool writes = (flags & O_ACCMODE) != O_RDONLY;
  if (!name.empty() && writes && trouble() == read_only) return refuse(EROFS);
  const int descriptor = real_open(path, flags, mode);
  if (name.empty() || descriptor < 0 || descriptor >= most_descriptors) return descriptor;
  // What an earlier process wrote is dirty as well, for all we know.
  const std::lock_guard lock(shim().mutex);
  shim().files[descriptor] = {name, 0, size_of(descriptor)};
  return descriptor;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return open_watched(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return open_watched(path, flags, mode);
}

int close(int descriptor) {
  if (Watched* const file = watched(descriptor)) {
    const std::lock_guard lock(shim().mutex);
    *file = Watched();
  }
  return real_close(descriptor);
}

ssize_t pwrite(int descriptor, const void* bytes, std::size_t count, off_t offset) {
  Watched* const file = watched(descriptor);
  if (file == nullptr) return real_pwrite(descriptor, bytes, count, offset);
  count_effect();
  const off_t end = offset + static_cast<off_t>(count);
  if (const int error = write_failure(descriptor, end); error != 0) return refuse(error);
  const std::lock_guard lock(shim().mutex);
  mark_dirty(*file, offset, end);
  return real_pwrite(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void* bytes, std::size_t count, off64_t offset) {
  return pwrite(descriptor, bytes, count, offset);
}

ssize_t write(int descriptor, const void* bytes, std::size_t count) {
  if (watched(descriptor) == nullptr) return real_write(descriptor, bytes, count);
  const off_t at = lseek(descriptor, 0, SEEK_CUR);
  const ssize_t written = pwrite(descriptor, bytes, count, at);
  if (written > 0) lseek(descriptor, at + written, SEEK_SET);
  return written;
}

int ftruncate(int descriptor, off_t size) noexcept {
  Watched* const file = watched(descriptor);
  if (file == nullptr) return real_ftruncate(descriptor, size);
  count_effect();
  if (const int error = write_failure(descriptor, size); error != 0) return refuse(error);
  return real_ftruncate(descriptor, size);
}

int ftruncate64(int descriptor, off64_t size) noexcept {
  return ftruncate(descriptor, size);
}

int fsync(int descriptor) {
  return sync(descriptor, real_fsync);
}

int fdatasync(int descriptor) {
  return sync(descriptor, real_fdatasync);
}

int unlink(const char* path) noexcept {
  const std::string name = shim().watched_name(path);
  if (name.empty()) return real_unlink(path);
  count_effect();
  if (trouble() == write_error || trouble() == read_only) return refuse(EIO);
  real_unlink((shim().durable + name).c_str());
  return real_unlink(path);
}

// Others may write to it through descriptors of their own: its first sync is of all there is.
int mkostemp(char* pattern, int flags) {
  const int descriptor = real_mkostemp(pattern, flags);
  const std::string name = shim().watched_name(pattern);
  if (name.empty() || descriptor < 0 || descriptor >= most_descriptors) return descriptor;
  const std::lock_guard lock(shim().mutex);
  shim().files[descriptor] = {name, 0, std::numeric_limits<off_t>::max()};
  return descriptor;
}

int mkostemp64(char* pattern, int flags) {
  return mkostemp(pattern, flags);
}

int mkstemp(char* pattern) {
  return mkostemp(pattern, 0);
}

int mkstemp64(char* pattern) {
  return mkstemp(pattern);
}

// What is durable of a file is so under its second name too: its maker syncs the folder.
int link(const char* from, const char* to) noexcept {
  const int result = real_link(from, to);
  const std::string first = shim().watched_name(from);
  const std::string second = shim().watched_name(to);
  if (result == 0 && !first.empty() && !second.empty())
    real_link((shim().durable + first).c_str(), (shim().durable + second).c_str());
  return result;
}

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const int result = real_clock_gettime(clock, time);
  if (result != 0 || clock != CLOCK_REALTIME || shim().control == nullptr) return result;
  const std::int64_t step_ms = shim().control->clock_step_ms;
  if (step_ms == 0) return result;
  ++shim().control->strikes;
  time->tv_sec += step_ms / 1000;
  return result;
}

}  // extern "C"
