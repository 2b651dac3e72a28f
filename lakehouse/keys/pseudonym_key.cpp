#include "lakehouse/keys/pseudonym_key.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/digest/digest.hpp"

namespace stedi::lakehouse {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t pseudonym_digits = 32;
constexpr std::size_t fingerprint_digits = 32;

bool is_inside(const fs::path& inner, const fs::path& outer) {
  const fs::path a = fs::weakly_canonical(inner);
  const fs::path b = fs::weakly_canonical(outer);
  return std::mismatch(b.begin(), b.end(), a.begin(), a.end()).first == b.end();
}

Result<void> sync_folder(const fs::path& dir) {
  const int descriptor = open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return fail("cannot open " + dir.string() + ": " + std::strerror(errno));
  const bool synced = fsync(descriptor) == 0;
  close(descriptor);
  return synced ? Result<void>() : fail("cannot sync " + dir.string() + ": " + std::strerror(errno));
}

bool write_all(int descriptor, std::string_view bytes) {
  const ssize_t written = write(descriptor, bytes.data(), bytes.size());
  return written == static_cast<ssize_t>(bytes.size()) && fsync(descriptor) == 0;
}

// Under a name of its own first, then linked: two first uses at once agree on one key, and none reads half a
// key.
Result<void> make_key(const fs::path& dir, const fs::path& file) {
  std::error_code error;
  fs::create_directories(dir.parent_path().empty() ? "." : dir.parent_path(), error);
  if (mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail("cannot create " + dir.string() + ": " + std::strerror(errno));
  }
  const fs::path temporary = file.string() + "." + random_id();
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return fail("cannot create " + temporary.string() + ": " + std::strerror(errno));
  bool made = write_all(descriptor, random_bytes(key_bytes));
  made = close(descriptor) == 0 && made;
  if (made && link(temporary.c_str(), file.c_str()) != 0 && errno != EEXIST) made = false;
  const int reason = errno;
  unlink(temporary.c_str());
  if (!made) return fail("cannot write " + file.string() + ": " + std::strerror(reason));
  return sync_folder(dir);
}

Result<std::string> read_key(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.good() && !in.eof()) return usage_error("cannot read " + file.string() + ": check its permissions");
  if (bytes.size() != key_bytes) {
    return usage_error(file.string() + " is no key (" + std::to_string(key_bytes) +
                       " bytes): restore it from your backup");
  }
  return bytes;
}

}  // namespace

Result<PseudonymKey> PseudonymKey::load(const StoreFolder& store, std::string_view known_fingerprint) {
  if (is_inside(store.keys_dir, store.dir)) {
    return usage_error("the keys folder " + store.keys_dir.string() +
                       " lies inside the store: choose one outside with --keys DIR");
  }
  const fs::path file = store.keys_dir / "pseudonym.key";
  if (!fs::exists(file)) {
    if (!known_fingerprint.empty()) {
      return usage_error(file.string() +
                         " is missing, and the ML table was made with it: restore it, or name its "
                         "folder with --keys DIR");
    }
    if (auto made = make_key(store.keys_dir, file); !made) return Failure(made.error());
  }
  auto bytes = read_key(file);
  if (!bytes) return Failure(bytes.error());
  PseudonymKey key(*std::move(bytes));
  if (!known_fingerprint.empty() && key.fingerprint() != known_fingerprint) {
    return usage_error(file.string() +
                       " is not the key the ML table was made with: restore that key, or name its "
                       "folder with --keys DIR");
  }
  return key;
}

std::string PseudonymKey::fingerprint() const {
  return hex(hmac_sha256(bytes_, "stedi pseudonym key fingerprint")).substr(0, fingerprint_digits);
}

std::string PseudonymKey::pseudonym(std::string_view email) const {
  return hex(hmac_sha256(bytes_, email)).substr(0, pseudonym_digits);
}

}  // namespace stedi::lakehouse
