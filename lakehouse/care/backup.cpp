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
  if (auto made = make_durable_folder(out_dir); !made) return in_context("backup", made.error());
  std::error_code error;
  if (!fs::is_empty(out_dir, error) || error)
    return fail("backup: " + out_dir.string() + " is not empty; choose a new folder");
  fs::permissions(out_dir, fs::perms::owner_all, error);
  return {};
}

Result<BackupFile> copy_database(const fs::path& from, const fs::path& to) {
  auto source = sqlite::Database::open(from, sqlite::Access::read_only);
  if (!source) return Failure(source.error());
  if (auto made = make_private_file(to); !made) return Failure(made.error());
  if (auto copied = source->backup_to(to); !copied) return Failure(copied.error());
  const auto problem = first_problem(to, CheckDepth::full);
  if (!problem) return Failure(problem.error());
  if (!problem->empty())
    return fail(from.string() + " is damaged (" + *problem +
                "); its copy was not kept: see `stedi-lakehouse check`");
  const auto digest = digest_of(to);
  if (!digest) return Failure(digest.error());
  return BackupFile{to.filename().string(), digest->bytes, digest->sha256};
}

Result<void> write_manifest(const Backup& backup, const fs::path& dir) {
  Json files = Json::array();
  for (const BackupFile& file : backup.files)
    files.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  const Json manifest = {{"backup_version", manifest_version},
                         {"store_uuid", backup.store_uuid},
                         {"taken_ms", backup.taken_ms},
                         {"files", files}};
  auto file = NewFile::create(dir / manifest_name, NewFile::Readers::owner);
  if (!file) return Failure(file.error());
  file->write(manifest.dump(2) + "\n");
  return file->publish();
}

Result<Backup> parse_manifest(const Json& manifest) {
  Backup backup;
  backup.store_uuid = manifest.at("store_uuid").get<std::string>();
  backup.taken_ms = manifest.at("taken_ms").get<std::int64_t>();
  for (const Json& file : manifest.at("files")) {
    backup.files.push_back({file.at("name").get<std::string>(), file.at("bytes").get<std::int64_t>(),
                            file.at("sha256").get<std::string>()});
    if (!std::ranges::count(store_files(), backup.files.back().name))
      return fail("it names a file that is none of a store's");
  }
  const bool has_landing =
      std::ranges::any_of(backup.files, [](const auto& f) { return f.name == "landing.db"; });
  if (!has_landing) return fail("it names no landing.db");
  return backup;
}

}  // namespace

Result<Backup> backup_store(const StoreFolder& store, const fs::path& out_dir, const Clock& clock,
                            const Progress& progress) {
  auto landing = landing::open_landing_for_reading(store.dir);
  if (!landing) return Failure(landing.error());
  if (auto made = make_out_dir(out_dir, store); !made) return Failure(made.error());
  Backup backup;
  backup.taken_ms = clock.wall_ms();
  auto uuid = landing->text("SELECT store_uuid FROM store");
  if (!uuid) return in_context("backup", uuid.error());
  backup.store_uuid = *std::move(uuid);
  Unfinished unfinished(out_dir);
  // The zones first: the consent they show is then in the copy of the ledger, and what both were made of in
  // that of the landing zone.
  for (const std::string& name : store_files()) {
    std::error_code error;
    if (!fs::exists(store.dir / name, error)) continue;
    if (progress) progress(name);
    unfinished.add(name);
    auto file = copy_database(store.dir / name, out_dir / name);
    if (!file) return in_context("backup", file.error());
    backup.files.push_back(*std::move(file));
  }
  if (auto written = write_manifest(backup, out_dir); !written) return in_context("backup", written.error());
  unfinished.is_whole();
  return backup;
}

Result<Backup> read_backup(const fs::path& dir) {
  const fs::path file = dir / manifest_name;
  std::ifstream text(file, std::ios::binary);
  if (!text) return fail(dir.string() + " holds no whole backup: there is no " + std::string(manifest_name));
  const Json manifest = Json::parse(text, nullptr, false);
  if (!manifest.is_object() || manifest.value("backup_version", Json()) != Json(manifest_version))
    return fail(file.string() + " is no manifest of a backup that this version understands");
  try {
    auto backup = parse_manifest(manifest);
    if (!backup) return in_context(file.string(), backup.error());
    return backup;
  } catch (const nlohmann::json::exception&) {
    return fail(file.string() + " is damaged; use another backup");
  }
}

}  // namespace stedi::lakehouse
