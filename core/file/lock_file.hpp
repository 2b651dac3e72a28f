// Files that a program opens to lock them, and what to say when it cannot have them.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.hpp"

namespace stedi {

// An flock() on a file or a folder. It is the open file's, not the process's: of two threads, too, one keeps
// the other away. The operating system lets it go when its holder ends, however it ends.
class FileLock {
 public:
  enum class Kind { alone, shared };
  struct Wanted {
    Kind kind = Kind::alone;
    std::chrono::milliseconds patience{0};  // how long to wait for another holder
  };
  // What to say when another has it. `holder` goes behind what names the other one, as " (process 12,
  // stedi-gateway)"; it is empty when the system does not say.
  using InTheWay = std::function<Failure(const std::string& holder)>;

  // A file that is absent is made, for its owner alone; a folder must be there.
  static Result<FileLock> take(const std::filesystem::path& file, Wanted wanted, const InTheWay& in_the_way);
  static Result<FileLock> take(const std::filesystem::path& file, const InTheWay& in_the_way) {
    return take(file, Wanted(), in_the_way);
  }
  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

  int descriptor() const { return descriptor_; }  // to sync a folder, or to lock parts of a file as well

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// A folder that one program has. The lock is on a file in it and on the folder itself: a lock file that was
// deleted keeps nobody away, and a folder with open files in it can be moved, but not replaced by its like.
class FolderLock {
 public:
  // The folder must be there; the file is made when it is absent.
  static Result<FolderLock> take(const std::filesystem::path& folder, std::string_view file_name,
                                 const FileLock::InTheWay& in_the_way);

 private:
  FolderLock(FileLock file, FileLock folder) : file_(std::move(file)), folder_(std::move(folder)) {}
  FileLock file_;
  FileLock folder_;
};

// Why `file` could not be opened, by its errno, and what to do: a file of another account is the usual
// reason.
std::string cannot_open(const std::filesystem::path& file, int reason);

}  // namespace stedi
