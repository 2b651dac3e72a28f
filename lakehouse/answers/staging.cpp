#include "lakehouse/answers/staging.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/digest/digest.hpp"

namespace stedi::lakehouse {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view prefix = ".stedi-export-";

Failure failure(std::string_view what, const fs::path& file, const std::string& reason) {
  return fail("cannot " + std::string(what) + " " + file.string() + ": " + reason);
}

Result<void> move_into(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  return error ? failure("write", to, error.message()) : Result<void>();
}

void remove_left_overs(const fs::path& out_dir) {
  std::error_code error;
  for (fs::directory_iterator entry(out_dir, error), end; !error && entry != end; entry.increment(error)) {
    if (!entry->path().filename().string().starts_with(prefix)) continue;
    std::error_code ignored;
    fs::remove_all(entry->path(), ignored);
  }
}

}  // namespace

Result<Staging> Staging::open(const fs::path& out_dir) {
  std::error_code error;
  fs::create_directories(out_dir, error);
  if (error) return failure("create", out_dir, error.message());
  auto lock = TRY(FileLock::take(out_dir, [&](const std::string& holder) {
    return fail("another export" + holder + " is writing to " + out_dir.string() +
                "; try again when it has finished");
  }));
  remove_left_overs(out_dir);
  Staging staging(out_dir, out_dir / (std::string(prefix) + random_id()), std::move(lock));
  fs::create_directory(staging.dir_, error);
  if (error) return failure("write to", out_dir, error.message());
  return staging;
}

Staging::Staging(Staging&& other) noexcept
    : out_dir_(std::move(other.out_dir_)),
      dir_(std::exchange(other.dir_, fs::path())),
      lock_(std::move(other.lock_)) {}

Staging::~Staging() {
  std::error_code ignored;
  if (!dir_.empty()) fs::remove_all(dir_, ignored);
}

Result<void> Staging::publish(const std::vector<std::string>& files,
                              const std::vector<std::string>& obsolete) {
  // From here to the new manifest there is none: nobody takes new files for those of an old one.
  std::error_code error;
  fs::remove(out_dir_ / manifest_name, error);
  for (const std::string& file : obsolete) {
    fs::remove(out_dir_ / file, error);
    if (error) return failure("remove", out_dir_ / file, error.message());
  }
  for (const std::string& file : files) TRY(move_into(dir_ / file, out_dir_ / file));
  if (fsync(lock_.descriptor()) != 0) return failure("sync", out_dir_, std::strerror(errno));
  TRY(move_into(dir_ / manifest_name, out_dir_ / manifest_name));
  if (fsync(lock_.descriptor()) != 0) return failure("sync", out_dir_, std::strerror(errno));
  return {};
}

}  // namespace stedi::lakehouse
