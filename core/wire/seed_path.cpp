#include "core/wire/seed_path.hpp"

#include <string>
#include <string_view>

#include "core/wire/topic.hpp"

namespace stedi::wire {

namespace {

namespace fs = std::filesystem;

// Gap records come from devices alone.
bool is_seed_stream(Stream stream) {
  return stream != Stream::gap;
}

fs::path whole_path(const fs::path& path) {
  std::error_code error;
  return fs::absolute(path, error).lexically_normal();
}

std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::optional<Stream> stream_of_folder(const fs::path& folder) {
  std::string name = lower_case(folder.filename().string());
  for (const std::string_view zone : {"_landing", "-landing"})
    if (name.ends_with(zone)) name.resize(name.size() - zone.size());
  return stream_named(name);
}

// The nearest folder of a stream's name from `folder` up to `top`.
std::optional<Stream> stream_of_nearest(fs::path folder, const fs::path& top) {
  for (; folder.has_relative_path(); folder = folder.parent_path()) {
    const auto stream = stream_of_folder(folder);
    if (stream && is_seed_stream(*stream)) return stream;
    if (folder == top) break;
  }
  return std::nullopt;
}

std::optional<Stream> stream_of_name(const std::string& file_name) {
  const std::string name = lower_case(file_name);
  for (const Stream stream : all_streams)
    if (is_seed_stream(stream) && name.starts_with(stream_name(stream))) return stream;
  return std::nullopt;
}

}  // namespace

bool is_seed_file(const fs::path& file) {
  const std::string extension = lower_case(file.extension().string());
  return extension == ".json" || extension == ".jsonl" || extension == ".ndjson";
}

std::optional<Stream> stream_of_seed_file(const fs::path& file, const fs::path& given) {
  const fs::path folder = whole_path(file).parent_path();
  std::error_code error;
  const fs::path top = fs::is_directory(given, error) ? whole_path(given / "").parent_path() : folder;
  if (const auto stream = stream_of_nearest(folder, top)) return stream;
  if (const auto stream = stream_of_name(file.filename().string())) return stream;
  return stream_of_nearest(folder, {});
}

}  // namespace stedi::wire
