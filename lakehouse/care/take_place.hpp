// A prepared folder takes the place of a store, which is kept: neither is ever lost between two renames.
#pragma once

#include <filesystem>
#include <functional>

#include "core/result.hpp"

namespace stedi::lakehouse {

// A folder that is removed when this goes out of scope, unless it was let go.
class PreparedFolder {
 public:
  explicit PreparedFolder(std::filesystem::path dir) : dir_(std::move(dir)) {}
  PreparedFolder(const PreparedFolder&) = delete;
  PreparedFolder& operator=(const PreparedFolder&) = delete;
  ~PreparedFolder() {
    std::error_code ignored;
    if (!let_go_) std::filesystem::remove_all(dir_, ignored);
  }
  const std::filesystem::path& dir() const { return dir_; }
  void let_go() { let_go_ = true; }

 private:
  std::filesystem::path dir_;
  bool let_go_ = false;
};

// The system's, unless a test brings others. 0, or the errno.
struct Renames {
  using Rename = std::function<int(const std::filesystem::path& from, const std::filesystem::path& to)>;
  Rename exchange;  // both names at once; EINVAL or ENOSYS where the file system cannot
  Rename rename;
  static Renames of_the_system();
};

// Where the old store is then: at `aside`, or, when it could not be given that name, at the one that the
// prepared folder had. By one rename where the file system can exchange two names, so that no gateway ever
// finds no store there and makes an empty one. A failure leaves the old store in its place, or names where
// both are.
Result<std::filesystem::path> take_place(PreparedFolder& prepared, const std::filesystem::path& store_dir,
                                         const std::filesystem::path& aside, const Renames& renames);
// Where there is no folder yet.
Result<void> take_free_place(PreparedFolder& prepared, const std::filesystem::path& store_dir,
                             const Renames& renames);

}  // namespace stedi::lakehouse
