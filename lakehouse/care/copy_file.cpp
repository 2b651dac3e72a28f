#include "lakehouse/care/copy_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <string_view>
#include <utility>

#include "core/digest/digest.hpp"
#include "core/file/durable.hpp"

namespace stedi::lakehouse {

namespace {

constexpr std::size_t buffer_bytes = 1 << 20;

Failure failure(std::string_view what, const std::filesystem::path& file) {
  return fail("cannot " + std::string(what) + " " + file.string() + ": " + std::strerror(errno));
}

// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

using Take = std::function<bool(std::string_view bytes)>;

// Gives the file's bytes to `take` piece by piece, until it will have no more.
Result<FileDigest> read_through(const std::filesystem::path& path, const Take& take) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return failure("open", path);
  FileDigest digest;
  Sha256Stream hash;
  std::string buffer(buffer_bytes, '\0');
  while (true) {
    const ssize_t read = ::read(file.number(), buffer.data(), buffer.size());
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return failure("read", path);
    if (read == 0) break;
    const auto bytes = std::string_view(buffer).substr(0, static_cast<std::size_t>(read));
    hash.update(bytes);
    digest.bytes += read;
    if (!take(bytes)) break;
  }
  digest.sha256 = hex(hash.finish());
  return digest;
}

}  // namespace

Result<FileDigest> digest_of(const std::filesystem::path& file) {
  return read_through(file, [](std::string_view) { return true; });
}

Result<FileDigest> copy_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  const Descriptor target(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!target.is_open()) return failure("make", to);
  bool written = true;
  auto digest =
      read_through(from, [&](std::string_view bytes) { return written = write_all(target.number(), bytes); });
  if (!written || (digest && ::fsync(target.number()) != 0)) return failure("write", to);
  return digest;
}

Result<void> make_private_file(const std::filesystem::path& file) {
  const Descriptor made(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  return made.is_open() ? Result<void>() : failure("make", file);
}

}  // namespace stedi::lakehouse
