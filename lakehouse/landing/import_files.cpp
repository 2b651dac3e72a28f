// Which files an import takes, and of which stream each one is.
#include <algorithm>
#include <array>
#include <optional>

#include "core/wire/topic.hpp"
#include "lakehouse/landing/import.hpp"

namespace stedi::landing {

namespace {

namespace fs = std::filesystem;

constexpr std::array importable = {Stream::customer, Stream::accelerometer, Stream::step_trainer,
                                   Stream::consent, Stream::pairing};

bool has_record_extension(const fs::path& file) {
  const fs::path extension = file.extension();
  return extension == ".json" || extension == ".jsonl" || extension == ".ndjson";
}

std::optional<Stream> stream_of_folder(const fs::path& folder) {
  const auto named = [&](Stream stream) { return folder == wire::stream_name(stream); };
  const auto* found = std::find_if(importable.begin(), importable.end(), named);
  return found == importable.end() ? std::nullopt : std::optional<Stream>(*found);
}

fs::path whole_path(const fs::path& path) {
  std::error_code error;
  return fs::absolute(path, error).lexically_normal();  // a link counts where it stands
}

// The nearest folder of a stream's name from `folder` up to `top`.
std::optional<Stream> stream_of_nearest(fs::path folder, const fs::path& top) {
  for (; folder.has_relative_path(); folder = folder.parent_path()) {
    if (const auto stream = stream_of_folder(folder.filename())) return stream;
    if (folder == top) break;
  }
  return std::nullopt;
}

std::optional<Stream> stream_of_file_name(const fs::path& name) {
  for (const Stream stream : importable) {
    if (name.string().starts_with(wire::stream_name(stream))) return stream;
  }
  return std::nullopt;
}

// By its own folder, or one that is being imported with it; else by its name; else by what lies above: a home
// named `customer` says nothing of the files below that say it themselves.
std::optional<Stream> stream_of(const fs::path& file, const fs::path& imported) {
  const fs::path folder = whole_path(file).parent_path();
  std::error_code error;
  const fs::path top = fs::is_directory(imported, error) ? whole_path(imported / "").parent_path() : folder;
  if (const auto stream = stream_of_nearest(folder, top)) return stream;
  if (const auto stream = stream_of_file_name(file.filename())) return stream;
  return stream_of_nearest(folder, {});
}

Result<std::vector<fs::path>> record_files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_regular_file(error) && has_record_extension(entry->path())) files.push_back(entry->path());
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
  if (!has_record_extension(path)) {
    return usage_error(path.string() + ": not a *.json, *.jsonl or *.ndjson file; rename it to import it");
  }
  return std::vector<fs::path>{path};
}

}  // namespace

Result<std::vector<ImportFile>> find_import_files(const std::vector<fs::path>& paths) {
  std::vector<ImportFile> found;
  for (const fs::path& path : paths) {
    const auto files = record_files_of(path);
    if (!files) return Failure(files.error());
    for (const fs::path& file : *files) {
      const auto stream = stream_of(file, path);
      if (!stream) {
        return usage_error(
            file.string() +
            ": of which stream? Put it in a folder named customer, accelerometer, step_trainer, "
            "consent or pairing, or let its name start so; nothing was imported");
      }
      found.push_back({file, *stream});
    }
  }
  return found;
}

}  // namespace stedi::landing
