#include "lakehouse/import/import_state.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/wire/topic.hpp"

namespace stedi::landing {

Result<FileIdentity> FileIdentity::of(const std::filesystem::path& file, Stream stream) {
  std::ifstream bytes(file, std::ios::binary);
  if (!bytes)
    return fail(std::string("cannot be opened (") + std::strerror(errno) +
                "): let this account read it and import again");
  Sha256Stream hash;
  std::string buffer(262'144, '\0');
  while (bytes) {
    bytes.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    hash.update(std::string_view(buffer).substr(0, static_cast<std::size_t>(bytes.gcount())));
  }
  if (bytes.bad()) return fail("cannot be read to its end: check its disk and import again");
  return FileIdentity{stream, hash.finish()};
}

Result<FileState> read_file_state(sqlite::Database& database, const FileIdentity& file) {
  FileState state;
  auto find =
      TRY(database.prepare("SELECT bytes_done, lines_done, landed, quarantined, complete FROM import_file "
                           "WHERE stream = ? AND content_hash = ?",
                           wire::stream_name(file.stream), hex(file.content)));
  TRY(find.each_row([&](std::int64_t bytes, std::int64_t lines, std::int64_t landed, std::int64_t quarantined,
                        bool complete) {
    state = {bytes, lines, landed, quarantined, complete};
  }));
  return state;
}

Result<void> save_file_state(sqlite::Database& database, const FileIdentity& file, const FileState& state) {
  return database.run(
      "INSERT INTO import_file (stream, content_hash, bytes_done, lines_done, landed, quarantined, complete) "
      "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (stream, content_hash) DO UPDATE SET bytes_done = "
      "excluded.bytes_done, lines_done = excluded.lines_done, landed = excluded.landed, "
      "quarantined = excluded.quarantined, complete = excluded.complete",
      wire::stream_name(file.stream), hex(file.content), state.bytes_done, state.lines_done, state.landed,
      state.quarantined, state.complete ? 1 : 0);
}

}  // namespace stedi::landing
