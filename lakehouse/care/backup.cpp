#include "lakehouse/care/backup.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/file/durable.hpp"
#include "core/file/inside.hpp"
#include "core/file/new_file.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/care/check.hpp"
#include "lakehouse/care/copy_file.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/store/store_files.hpp"

namespace stedi::lakehouse {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view manifest_name = "backup.json";
constexpr std::int64_t manifest_version = 1;

// Removes what a backup has made so far, unless it became whole.
class Unfinished {
 public:
  explicit Unfinished(fs::path dir) : dir_(std::move(dir)) {}
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    std::error_code ignored;
    for (const std::string& name : names_) fs::remove(dir_ / name, ignored);
    if (!names_.empty() && fs::is_empty(dir_, ignored)) fs::remove(dir_, ignored);
  }
  void add(const std::string& name) { names_.push_back(name); }
  void is_whole() { names_.clear(); }

 private:
  fs::path dir_;
  std::vector<std::string> names_;
};

Result<void> make_out_dir(const fs::path& out_dir, const StoreFolder& store) {
  if (is_inside(out_dir, store.dir))
    return usage_error("backup: " + out_dir.string() +
                       " is inside the store; choose a folder outside, on another disk");
  TRY_IN("backup", make_durable_folder(out_dir));
  std::error_code error;
  if (!fs::is_empty(out_dir, error) || error)
    return fail("backup: " + out_dir.string() + " is not empty; choose a new folder");
  fs::permissions(out_dir, fs::perms::owner_all, error);
  return {};
}

Result<BackupFile> copy_database(const fs::path& from, const fs::path& to) {
  auto source = TRY(sqlite::Database::open(from, sqlite::Access::read_only));
  TRY(make_private_file(to));
  TRY(source.backup_to(to));
  const auto problem = TRY(first_problem(to, CheckDepth::full));
  if (!problem.empty())
    return fail(from.string() + " is damaged (" + problem +
                "); the backup was not kept: run `stedi-lakehouse check`");
  const auto digest = TRY(digest_of(to));
  return BackupFile{to.filename().string(), digest.bytes, digest.sha256};
}

Result<void> write_manifest(const Backup& backup, const fs::path& dir) {
  Json files = Json::array();
  for (const BackupFile& file : backup.files)
    files.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  const Json manifest = {{"backup_version", manifest_version},
                         {"store_uuid", backup.store_uuid},
                         {"taken_ms", backup.taken_ms},
                         {"files", files}};
  auto file = TRY(NewFile::create(dir / manifest_name, NewFile::Readers::owner));
  file.write(manifest.dump(2) + "\n");
  return file.publish();
}

Result<Backup> parse_manifest(const Json& manifest) {
  Backup backup;
  backup.store_uuid = manifest.at("store_uuid").get<std::string>();
  backup.taken_ms = manifest.at("taken_ms").get<std::int64_t>();
  for (const Json& file : manifest.at("files")) {
    backup.files.push_back({file.at("name").get<std::string>(), file.at("bytes").get<std::int64_t>(),
                            file.at("sha256").get<std::string>()});
    if (!std::ranges::count(store_files(), backup.files.back().name))
      return fail("it lists a file that does not belong to a store");
  }
  const bool has_landing =
      std::ranges::any_of(backup.files, [](const auto& f) { return f.name == "landing.db"; });
  if (!has_landing) return fail("it does not list landing.db");
  return backup;
}

}  // namespace

Result<Backup> backup_store(const StoreFolder& store, const fs::path& out_dir, const Clock& clock,
                            const Progress& progress) {
  auto landing = TRY(landing::open_landing_for_reading(store.dir));
  TRY(make_out_dir(out_dir, store));
  Backup backup;
  backup.taken_ms = clock.wall_ms();
  backup.store_uuid = TRY_IN("backup", landing.text("SELECT store_uuid FROM store"));
  Unfinished unfinished(out_dir);
  // The zones first: the consent they show is then in the copy of the ledger, and what both were made of in
  // that of the landing zone.
  for (const std::string& name : store_files()) {
    std::error_code error;
    if (!fs::exists(store.dir / name, error)) continue;
    if (progress) progress(name);
    unfinished.add(name);
    backup.files.push_back(TRY_IN("backup", copy_database(store.dir / name, out_dir / name)));
  }
  TRY_IN("backup", write_manifest(backup, out_dir));
  unfinished.is_whole();
  return backup;
}

Result<Backup> read_backup(const fs::path& dir) {
  const fs::path file = dir / manifest_name;
  std::ifstream text(file, std::ios::binary);
  if (!text) return fail(dir.string() + " is not a complete backup: it has no " + std::string(manifest_name));
  const Json manifest = Json::parse(text, nullptr, false);
  if (!manifest.is_object() || manifest.value("backup_version", Json()) != Json(manifest_version))
    return fail(file.string() + " is not a backup manifest that this version can read");
  try {
    auto backup = TRY_IN(file.string(), parse_manifest(manifest));
    return backup;
  } catch (const nlohmann::json::exception&) {
    return fail(file.string() + " is damaged; use another backup");
  }
}

}  // namespace stedi::lakehouse
