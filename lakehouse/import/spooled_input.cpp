#include "lakehouse/import/spooled_input.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "core/file/durable.hpp"

namespace stedi::landing {

namespace {

Failure failure(const char* what) {
  return fail(std::string(what) + ": " + std::strerror(errno));
}

Result<void> copy(int from, int to) {
  std::string bytes(262'144, '\0');
  for (;;) {
    const ssize_t read = ::read(from, bytes.data(), bytes.size());
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return failure("cannot be read");
    if (read == 0) return {};
    if (!write_all(to, std::string_view(bytes).substr(0, static_cast<std::size_t>(read))))
      return failure("cannot be kept in the store's folder");
  }
}

}  // namespace

Result<SpooledInput> SpooledInput::of(int descriptor, const std::filesystem::path& store_dir) {
  TRY_IN("store", make_durable_folder(store_dir));
  std::string name = (store_dir / "import-XXXXXX").string();
  SpooledInput spooled(::mkstemp(name.data()));
  if (spooled.descriptor_ < 0) return failure("no file can be made in the store's folder");
  ::unlink(name.c_str());
  TRY(copy(descriptor, spooled.descriptor_));
  return spooled;
}

SpooledInput::SpooledInput(SpooledInput&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

SpooledInput::~SpooledInput() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::filesystem::path SpooledInput::path() const {
  return "/proc/self/fd/" + std::to_string(descriptor_);
}

}  // namespace stedi::landing
