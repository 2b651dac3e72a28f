// Which files an import takes, and of which stream each one is.
#include <algorithm>

#include "core/wire/seed_path.hpp"
#include "lakehouse/import/import.hpp"

namespace stedi::landing {

namespace {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> record_files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_regular_file(error) && wire::is_seed_file(entry->path())) files.push_back(entry->path());
  }
  if (error) return fail("cannot read " + folder.string() + ": " + error.message());
  if (files.empty())
    return fail("no *.json, *.jsonl or *.ndjson file below " + folder.string() + ": name another folder");
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::vector<fs::path>> record_files_of(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return record_files_below(path);
  if (!fs::exists(path, error)) return fail(path.string() + ": there is no such file or folder");
  if (!wire::is_seed_file(path)) {
    return usage_error(path.string() + ": not a *.json, *.jsonl or *.ndjson file; rename it to import it");
  }
  return std::vector<fs::path>{path};
}

}  // namespace

Result<std::vector<ImportFile>> find_import_files(const std::vector<fs::path>& paths) {
  std::vector<ImportFile> found;
  for (const fs::path& path : paths) {
    const auto files = TRY(record_files_of(path));
    for (const fs::path& file : files) {
      const auto stream = wire::stream_of_seed_file(file, path);
      if (!stream) {
        return usage_error(
            file.string() +
            ": unknown stream; nothing was imported: put the file into a folder named customer, "
            "accelerometer, step_trainer, consent or pairing, or start its name with one of these");
      }
      found.push_back({file, *stream});
    }
  }
  return found;
}

}  // namespace stedi::landing
