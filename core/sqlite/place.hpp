// Where an open database stands. SQLite goes on writing to a file that was deleted, moved or mounted over:
// what it commits there, the next start does not find.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <vector>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::sqlite {

// A database file, its write-ahead log and that log's index, by device and inode. Any thread.
class Place {
 public:
  // The log stays this file as long as the connection is open. Fails when the file is gone already.
  static Result<Place> of(Database& database);
  // Fails when what stands at the paths now is not what is open.
  Result<void> check() const;

 private:
  struct File {
    std::filesystem::path path;
    dev_t device;
    ino_t inode;
  };
  std::vector<File> files_;
};

}  // namespace stedi::sqlite
