#include "lakehouse/import/import_state.hpp"

#include <optional>
#include <string>

#include "core/wire/topic.hpp"

namespace stedi::landing {

namespace {

struct KnownFile {
  std::int64_t file_id;
  FileState state;
};

Result<std::optional<KnownFile>> find_file(sqlite::Database& database, Stream stream, const Sha256& content) {
  std::optional<KnownFile> known;
  auto find = TRY(database.prepare(
      "SELECT file_id, bytes_done, lines_done, landed, quarantined, complete FROM import_file "
      "WHERE stream = ? AND content_hash = ?",
      wire::stream_name(stream), hex(content)));
  TRY(find.each_row([&](std::int64_t id, std::int64_t bytes, std::int64_t lines, std::int64_t landed,
                        std::int64_t quarantined, bool complete) {
    known = KnownFile{id, {bytes, lines, landed, quarantined, complete, 0}};
  }));
  return known;
}

Result<FileState> state_after(const KnownFile& landed, const FileBeginning& beginning) {
  FileState state;
  state.continues = landed.file_id;
  state.lines_done = landed.state.lines_done;
  state.bytes_done = landed.state.bytes_done;
  if (!landed.state.complete) return state;
  if (!beginning.resumes_at)
    return fail(
        "its first " + std::to_string(beginning.bytes) +
        " bytes were imported before, up to the middle of a record; nothing of the file was imported: "
        "import what follows them from that record on, as a file of its own");
  state.bytes_done = *beginning.resumes_at;
  return state;
}

}  // namespace

Result<std::vector<std::int64_t>> known_sizes(sqlite::Database& database, Stream stream) {
  std::vector<std::int64_t> sizes;
  auto find = TRY(
      database.prepare("SELECT DISTINCT bytes FROM import_file WHERE stream = ? AND bytes > 0 ORDER BY bytes",
                       wire::stream_name(stream)));
  TRY(find.each_row([&](std::int64_t bytes) { sizes.push_back(bytes); }));
  return sizes;
}

Result<FileState> read_file_state(sqlite::Database& database, const FileIdentity& file) {
  if (const auto known = TRY(find_file(database, file.stream, file.content))) return known->state;
  for (auto beginning = file.beginnings.rbegin(); beginning != file.beginnings.rend(); ++beginning) {
    const auto known = TRY(find_file(database, file.stream, beginning->content));
    if (known) return state_after(*known, *beginning);
  }
  return FileState();
}

Result<void> save_file_state(sqlite::Database& database, const FileIdentity& file, const FileState& state) {
  TRY(database.run(
      "INSERT INTO import_file (stream, content_hash, bytes, bytes_done, lines_done, landed, quarantined, "
      "complete) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (stream, content_hash) DO UPDATE SET bytes_done = "
      "excluded.bytes_done, lines_done = excluded.lines_done, landed = excluded.landed, "
      "quarantined = excluded.quarantined, complete = excluded.complete",
      wire::stream_name(file.stream), hex(file.content), file.bytes, state.bytes_done, state.lines_done,
      state.landed, state.quarantined, state.complete ? 1 : 0));
  if (state.continues == 0) return {};
  // What the file begins with has landed with it.
  return database.run(
      "UPDATE import_file SET complete = 1, bytes_done = bytes WHERE file_id = ? AND complete = 0 AND bytes "
      "<= ?",
      state.continues, state.bytes_done);
}

}  // namespace stedi::landing
