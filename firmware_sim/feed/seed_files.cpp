#include "firmware_sim/feed/seed_files.hpp"

#include <algorithm>
#include <fstream>

#include "core/record/identity.hpp"
#include "core/wire/seed_path.hpp"

namespace stedi::firmware {

Result<std::vector<SeedFile>> find_seed_files(const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error))
    return usage_error(folder.string() + ": no such folder: give the folder of a seed-format data set");
  std::vector<SeedFile> files;
  const auto root = std::filesystem::canonical(folder, error);
  std::filesystem::recursive_directory_iterator entries(root, error);
  for (; !error && entries != std::filesystem::recursive_directory_iterator(); entries.increment(error)) {
    if (!entries->is_regular_file(error) || !wire::is_seed_file(entries->path())) continue;
    const auto stream = wire::stream_of_seed_file(folder / entries->path().lexically_relative(root), folder);
    if (!stream) {
      return usage_error(entries->path().string() +
                         ": unknown stream: put the file into a folder named customer, accelerometer, "
                         "step_trainer, consent or pairing, or start its name with one of these");
    }
    files.push_back({entries->path(), *stream});
  }
  if (error) return fail(folder.string() + ": cannot be read: " + error.message());
  if (files.empty()) return usage_error(folder.string() + ": holds no *.json, *.jsonl or *.ndjson file");
  std::sort(files.begin(), files.end(),
            [](const SeedFile& one, const SeedFile& other) { return one.path < other.path; });
  return files;
}

Result<std::string> read_whole(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text;
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (!in || error) return fail(file.string() + ": cannot be read");
  text.resize(size);
  in.read(text.data(), static_cast<std::streamsize>(size));
  if (in.bad() || static_cast<std::uintmax_t>(in.gcount()) != size)
    return fail(file.string() + ": cannot be read");
  return text;
}

void for_each_line(std::string_view text, const std::function<void(std::string_view)>& line) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view content = trimmed(text.substr(0, end));
    if (!content.empty()) line(content);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace stedi::firmware
