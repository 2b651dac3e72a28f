// Which files an import takes, of which stream each one is, and what it leaves out.
#include <algorithm>
#include <cctype>
#include <string_view>

#include "core/wire/seed_path.hpp"
#include "lakehouse/import/import.hpp"

namespace stedi::landing {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view record_names =
    "*.json, *.jsonl, *.ndjson (with or without .gz or .zst) or part-00000";

fs::path without_compression(const fs::path& file) {
  std::string extension = file.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool is_compressed =
      extension == ".gz" || extension == ".gzip" || extension == ".zst" || extension == ".zstd";
  return is_compressed ? file.stem() : file.filename();
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// As Spark and Glue name the files of a folder: part-00000, run-1655471583651-part-r-00000.
bool is_part_file(std::string_view name) {
  constexpr std::string_view part = "part-";
  const std::size_t found = name.find(part);
  if (found == std::string_view::npos || (found > 0 && name[found - 1] != '-')) return false;
  std::string_view number = name.substr(found + part.size());
  if (number.starts_with("r-") || number.starts_with("m-")) number.remove_prefix(2);
  return !number.empty() && is_digit(number.front()) && name.find('.') == std::string_view::npos;
}

bool holds_records(const fs::path& file) {
  const fs::path name = without_compression(file);
  return wire::is_seed_file(name) || is_part_file(name.string());
}

// What Hadoop and Spark write beside the data.
bool is_marker(const fs::path& file) {
  const std::string name = file.filename().string();
  return name == "_SUCCESS" || (name.starts_with('.') && name.ends_with(".crc"));
}

// The files below a folder that is named.
class FolderScan {
 public:
  FolderScan(bool stream_is_given, std::vector<SkippedFile>& skipped)
      : stream_is_given_(stream_is_given), skipped_(skipped) {}

  void add_folder(const fs::path& folder);
  std::vector<fs::path> files;

 private:
  void add(const fs::directory_entry& entry);
  void skip(const fs::path& path, std::string reason) { skipped_.push_back({path, std::move(reason)}); }

  bool stream_is_given_;
  std::vector<SkippedFile>& skipped_;
};

void FolderScan::add_folder(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator entries(folder, error); !error && entries != fs::directory_iterator();
       entries.increment(error)) {
    add(*entries);
  }
  if (error) skip(folder, "the folder cannot be read: " + error.message());
}

void FolderScan::add(const fs::directory_entry& entry) {
  std::error_code error;
  const fs::path& path = entry.path();
  if (entry.is_directory(error)) {
    return entry.is_symlink(error) ? skip(path, "a link to a folder: name that folder") : add_folder(path);
  }
  if (!entry.exists(error)) return skip(path, "a link that leads nowhere");
  if (is_marker(path)) return;
  if (!entry.is_regular_file(error)) return skip(path, "no regular file");
  if (!stream_is_given_ && !holds_records(path))
    return skip(path, "not called " + std::string(record_names) + ": name it with --stream");
  files.push_back(path);
}

std::string named(const std::vector<SkippedFile>& skipped) {
  std::string text;
  constexpr std::size_t most = 3;
  for (std::size_t i = 0; i < std::min(most, skipped.size()); ++i)
    text += (i == 0 ? "; skipped: " : ", ") + skipped[i].path.filename().string() + " (" + skipped[i].reason +
            ")";
  return skipped.size() > most ? text + " and others" : text;
}

Result<std::vector<fs::path>> record_files_below(const fs::path& folder, bool stream_is_given,
                                                 std::vector<SkippedFile>& skipped) {
  std::vector<SkippedFile> skipped_here;
  FolderScan scan(stream_is_given, skipped_here);
  scan.add_folder(folder);
  if (scan.files.empty())
    return fail("no file called " + std::string(record_names) + " below " + folder.string() +
                ": name another folder" + named(skipped_here));
  std::ranges::sort(scan.files);
  std::ranges::sort(skipped_here, {}, &SkippedFile::path);
  skipped.insert(skipped.end(), skipped_here.begin(), skipped_here.end());
  return scan.files;
}

Result<std::vector<fs::path>> record_files_of(const fs::path& path, bool stream_is_given,
                                              std::vector<SkippedFile>& skipped) {
  std::error_code error;
  if (fs::is_directory(path, error)) return record_files_below(path, stream_is_given, skipped);
  if (!fs::exists(path, error)) return fail(path.string() + ": there is no such file or folder");
  if (!stream_is_given && !holds_records(path)) {
    return usage_error(path.string() + ": not called " + std::string(record_names) +
                       "; name the stream of its records with --stream");
  }
  return std::vector<fs::path>{path};
}

}  // namespace

Result<std::vector<ImportFile>> find_import_files(const std::vector<fs::path>& paths,
                                                  std::optional<Stream> stream,
                                                  std::vector<SkippedFile>* skipped) {
  std::vector<ImportFile> found;
  std::vector<SkippedFile> left_out;
  for (const fs::path& path : paths) {
    const auto files = TRY(record_files_of(path, stream.has_value(), left_out));
    for (const fs::path& file : files) {
      const auto of_file = stream ? stream : wire::stream_of_seed_file(file, path);
      if (!of_file) {
        return usage_error(
            file.string() +
            ": unknown stream; nothing was imported: name it with --stream, put the file into a folder named "
            "customer, accelerometer, step_trainer, consent or pairing, or start its name with one of these");
      }
      found.push_back({file, *of_file});
    }
  }
  if (skipped != nullptr) skipped->insert(skipped->end(), left_out.begin(), left_out.end());
  return found;
}

}  // namespace stedi::landing
