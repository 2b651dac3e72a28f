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

// The nearest folder of a stream's name, else the stream that the file's own name starts with.
std::optional<Stream> stream_of(const fs::path& file) {
  std::error_code error;
  const fs::path whole = fs::absolute(file, error).lexically_normal();  // a link counts where it stands
  for (fs::path folder = whole.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
    if (const auto stream = stream_of_folder(folder.filename())) return stream;
  }
  const std::string name = file.filename().string();
  for (const Stream stream : importable) {
    if (name.starts_with(wire::stream_name(stream))) return stream;
  }
  return std::nullopt;
}

Result<std::vector<fs::path>> record_files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_regular_file(error) && has_record_extension(entry->path())) files.push_back(entry->path());
  }
  if (error) return fail("cannot read " + folder.string() + ": " + error.message());
  if (files.empty()) return fail("no *.json, *.jsonl or *.ndjson file below " + folder.string());
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
      const auto stream = stream_of(file);
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
