#include "lakehouse/store/key_file.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/digest/digest.hpp"
#include "core/file/durable.hpp"
#include "core/file/inside.hpp"
#include "core/file/lock_file.hpp"
#include "core/file/new_file.hpp"
#include "lakehouse/landing/store.hpp"

namespace stedi::lakehouse {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t fingerprint_digits = 32;

Result<void> write_file(const fs::path& file, std::string_view bytes, NewFile::Existing existing) {
  auto made = TRY(NewFile::create(file, NewFile::Readers::owner));
  made.write(bytes);
  return made.publish(existing);
}

// Two first uses at once agree on one key, and none reads half a key.
Result<void> make_key(const fs::path& dir, const fs::path& file) {
  TRY(make_durable_folder(dir, S_IRWXU));
  return write_file(file, random_bytes(key_bytes), NewFile::Existing::keep);
}

Result<std::string> read_key(const fs::path& file) {
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  const int reason = errno;
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.good() && !in.eof()) return usage_error(cannot_open(file, reason));
  if (bytes.size() != key_bytes) {
    return usage_error(file.string() + " is not a key (" + std::to_string(key_bytes) +
                       " bytes): restore it from your backup");
  }
  return bytes;
}

Result<std::string> known_to_landing(sqlite::Database& landing, const KeyKind& kind) {
  const auto fingerprint =
      TRY(landing.one_row<std::string>("SELECT fingerprint FROM known_key WHERE name = ?", kind.name));
  return fingerprint.value_or("");
}

// A writer in the middle of its transaction is not waited for: the next use tries again.
Result<void> make_known(const StoreFolder& store, const KeyKind& kind, std::string_view fingerprint) {
  constexpr int busy_ms = 20;
  auto landing =
      TRY(sqlite::Database::open(landing::landing_file(store.dir), sqlite::Access::read_write, busy_ms));
  auto insert = landing.prepare("INSERT OR IGNORE INTO known_key (name, fingerprint) VALUES (?, ?)");
  if (!insert) return landing.trouble() == sqlite::Trouble::busy ? Result<void>() : Failure(insert.error());
  const auto done = insert->run(kind.name, fingerprint);
  return landing.trouble() == sqlite::Trouble::busy ? Result<void>() : done;
}

}  // namespace

std::string key_fingerprint(const KeyKind& kind, std::string_view key) {
  return hex(hmac_sha256(key, "stedi " + std::string(kind.name) + " key fingerprint"))
      .substr(0, fingerprint_digits);
}

Result<std::string> load_key(const StoreFolder& store, const KeyKind& kind,
                             std::string_view known_fingerprint) {
  if (is_inside(store.keys_dir, store.dir)) {
    return usage_error("the keys folder " + store.keys_dir.string() +
                       " is inside the store: choose one outside with --keys DIR");
  }
  const fs::path file = store.keys_dir / (std::string(kind.name) + ".key");
  std::error_code error;
  if (!fs::exists(file, error)) {
    if (error) return usage_error(cannot_open(store.keys_dir, error.value()));
    if (!known_fingerprint.empty()) {
      return usage_error(file.string() + " is missing, and " + std::string(kind.made_with) +
                         " was made with it: restore it, or name its folder with --keys DIR");
    }
    TRY(make_key(store.keys_dir, file));
  }
  auto key = TRY(read_key(file));
  if (!known_fingerprint.empty() && key_fingerprint(kind, key) != known_fingerprint) {
    return usage_error(file.string() + " is not the key " + std::string(kind.made_with) +
                       " was made with: restore that key, or name its folder with --keys DIR");
  }
  return key;
}

Result<std::string> key_of_store(const StoreFolder& store, const KeyKind& kind,
                                 std::string_view known_elsewhere) {
  auto landing = TRY(landing::open_landing_for_reading(store.dir));
  const auto known = TRY_IN("landing.db", known_to_landing(landing, kind));
  auto key = load_key(store, kind, known.empty() ? known_elsewhere : known);
  if (!key || !known.empty()) return key;
  TRY_IN("landing.db", make_known(store, kind, key_fingerprint(kind, *key)));
  return key;
}

Result<void> write_beside_keys(const StoreFolder& store, const std::string& file_name,
                               std::string_view text) {
  const fs::path file = store.keys_dir / file_name;
  TRY(make_durable_folder(store.keys_dir, S_IRWXU));
  return write_file(file, text, NewFile::Existing::replace);
}

}  // namespace stedi::lakehouse
