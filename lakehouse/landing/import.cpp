#include "lakehouse/landing/import.hpp"

#include <fstream>

#include "core/digest/digest.hpp"
#include "core/record/decode.hpp"
#include "core/record/identity.hpp"
#include "core/record/limits.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "lakehouse/landing/inserter.hpp"
#include "lakehouse/landing/line_reader.hpp"
#include "lakehouse/landing/store.hpp"

namespace stedi::landing {

namespace {

namespace fs = std::filesystem;

// One transaction's worth: long enough for long sorted runs, short enough that a gateway's commit waits for
// it.
constexpr std::int64_t max_chunk_records = 262'144;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

Result<Sha256> hash_of_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail("cannot open " + file.string());
  Sha256Stream hash;
  std::string buffer(1'048'576, '\0');
  while (stream) {
    stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    hash.update(std::string_view(buffer).substr(0, static_cast<std::size_t>(stream.gcount())));
  }
  if (stream.bad()) return fail("cannot read " + file.string());
  return hash.finish();
}

// What is known of a file in the store: the row of import_file.
struct FileState {
  std::int64_t bytes_done = 0;
  std::int64_t lines_done = 0;
  std::int64_t landed = 0;
  std::int64_t quarantined = 0;
  bool complete = false;
};

class Importer {
 public:
  Importer(sqlite::Database& database, Inserter& inserter, const Clock& clock)
      : database_(database), inserter_(inserter), clock_(clock) {}

  Result<ImportedFile> import(const ImportFile& file, const std::function<void(std::int64_t)>& bytes_done);

 private:
  struct Chunk {
    std::int64_t lines = 0;
    std::int64_t landed = 0;
    std::int64_t quarantined = 0;
    bool at_end = false;
    bool overtaken = false;  // another import of the same file went on in the meantime: nothing was landed
  };
  Result<FileState> state_of(const ImportFile& file, const std::string& hash);
  Result<void> save_state(const ImportFile& file, const std::string& hash, const FileState& state);
  Result<Chunk> land_chunk(LineReader& lines, const ImportFile& file, const Sha256& hash, FileState& state);
  // `lines_before` of the file have been read.
  Result<Chunk> land_lines(LineReader& lines, std::int64_t lines_before, Stream stream,
                           std::int64_t received_ms);
  Result<void> land_line(const Line& line, Stream stream, std::int64_t received_ms, Chunk& chunk);
  template <typename Record>
  Result<void> land_record(std::string_view text, Record& record, Stream stream, std::int64_t received_ms,
                           Chunk& chunk);
  Result<void> refuse(std::string_view text, Reason reason, Stream stream, std::int64_t received_ms,
                      Chunk& chunk);

  sqlite::Database& database_;
  Inserter& inserter_;
  const Clock& clock_;
  RecordDecoder decoder_;
  // Reused from line to line, so that readings cost no allocation.
  CustomerRecord customer_;
  ConsentEvent consent_;
  PairingEvent pairing_;
  AccelerometerReading accelerometer_;
  StepTrainerReading step_trainer_;
};

Result<FileState> Importer::state_of(const ImportFile& file, const std::string& hash) {
  auto find = database_.prepare(
      "SELECT bytes_done, lines_done, landed, quarantined, complete FROM import_file "
      "WHERE stream = ? AND content_hash = ?");
  if (!find) return Failure(find.error());
  find->bind_all(wire::stream_name(file.stream), hash);
  const auto row = find->step();
  if (!row) return Failure(row.error());
  if (!*row) return FileState{};
  return FileState{find->integer(0), find->integer(1), find->integer(2), find->integer(3),
                   find->integer(4) != 0};
}

Result<void> Importer::save_state(const ImportFile& file, const std::string& hash, const FileState& state) {
  auto save = database_.prepare(
      "INSERT INTO import_file (stream, content_hash, bytes_done, lines_done, landed, quarantined, complete) "
      "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (stream, content_hash) DO UPDATE SET bytes_done = "
      "excluded.bytes_done, lines_done = excluded.lines_done, landed = excluded.landed, "
      "quarantined = excluded.quarantined, complete = excluded.complete");
  if (!save) return Failure(save.error());
  save->bind_all(wire::stream_name(file.stream), hash, state.bytes_done, state.lines_done, state.landed,
                 state.quarantined, state.complete ? 1 : 0);
  return save->run();
}

Result<ImportedFile> Importer::import(const ImportFile& file,
                                      const std::function<void(std::int64_t)>& bytes_done) {
  const auto hash = hash_of_file(file.path);
  if (!hash) return Failure(hash.error());
  auto state = state_of(file, hex(*hash));
  if (!state) return Failure(state.error());
  ImportedFile outcome{file, state->complete};
  if (state->complete) return outcome;
  auto lines = LineReader::open(file.path, state->bytes_done);
  if (!lines) return Failure(lines.error());
  const std::int64_t start = state->bytes_done;
  while (!state->complete) {
    const auto chunk = land_chunk(*lines, file, *hash, *state);
    if (!chunk) return Failure(chunk.error());
    if (chunk->overtaken) {
      outcome.already_imported = state->complete && outcome.landed + outcome.quarantined == 0;
      lines = LineReader::open(file.path, state->bytes_done);
      if (!lines) return Failure(lines.error());
      continue;
    }
    outcome.landed += chunk->landed;
    outcome.quarantined += chunk->quarantined;
    outcome.bytes = state->bytes_done - start;
    bytes_done(state->bytes_done);
  }
  return outcome;
}

// The rows, the ledger and how far the file has come: one transaction.
Result<Importer::Chunk> Importer::land_chunk(LineReader& lines, const ImportFile& file, const Sha256& hash,
                                             FileState& state) {
  auto transaction = database_.begin_immediate();
  if (!transaction) return Failure(transaction.error());
  auto current = state_of(file, hex(hash));
  if (!current) return Failure(current.error());
  if (current->bytes_done != state.bytes_done || current->complete) {
    state = *current;
    Chunk nothing;
    nothing.overtaken = true;
    return nothing;
  }
  if (auto begun = inserter_.begin(); !begun) return Failure(begun.error());
  const std::int64_t received_ms = clock_.wall_ms();
  const std::int64_t first_id = inserter_.next_id(file.stream);
  const auto source_id = inserter_.source_id("import", file.stream, "", "");
  if (!source_id) return Failure(source_id.error());
  auto chunk = land_lines(lines, state.lines_done, file.stream, received_ms);
  if (!chunk) return chunk;
  if (chunk->landed + chunk->quarantined > 0) {
    inserter_.add_batch({*source_id, std::nullopt, first_64_bits(hash), received_ms, first_id, chunk->landed,
                         chunk->quarantined});
  }
  state = {lines.offset(), state.lines_done + chunk->lines, state.landed + chunk->landed,
           state.quarantined + chunk->quarantined, chunk->at_end};
  inserter_.sort_readings();
  if (auto flushed = inserter_.flush(); !flushed) return Failure(flushed.error());
  if (auto saved = save_state(file, hex(hash), state); !saved) return Failure(saved.error());
  if (auto committed = transaction->commit(); !committed) return Failure(committed.error());
  return chunk;
}

Result<Importer::Chunk> Importer::land_lines(LineReader& lines, std::int64_t lines_before, Stream stream,
                                             std::int64_t received_ms) {
  Chunk chunk;
  while (chunk.landed + chunk.quarantined < max_chunk_records) {
    const bool at_start_of_file = lines.offset() == 0;
    auto line = lines.next();
    if (!line) {
      if (lines.failed()) return fail("reading stopped on an input error; run the import again to go on");
      chunk.at_end = true;
      break;
    }
    ++chunk.lines;
    inserter_.set_line(lines_before + chunk.lines);
    if (at_start_of_file && line->text.starts_with(byte_order_mark))
      line->text.remove_prefix(byte_order_mark.size());
    if (auto landed = land_line(*line, stream, received_ms, chunk); !landed) return Failure(landed.error());
  }
  return chunk;
}

Result<void> Importer::land_line(const Line& line, Stream stream, std::int64_t received_ms, Chunk& chunk) {
  if (line.too_long) return refuse(line.text, Reason::record_too_long, stream, received_ms, chunk);
  const std::string_view text = trimmed(line.text);
  const bool is_empty_array = text.size() > 1 && text.front() == '[' && text.back() == ']' &&
                              trimmed(text.substr(1, text.size() - 2)).empty();
  if (text.empty() || is_empty_array) return {};  // no record
  switch (stream) {
    case Stream::customer:
      return land_record(text, customer_, stream, received_ms, chunk);
    case Stream::consent:
      return land_record(text, consent_, stream, received_ms, chunk);
    case Stream::pairing:
      return land_record(text, pairing_, stream, received_ms, chunk);
    case Stream::accelerometer:
      return land_record(text, accelerometer_, stream, received_ms, chunk);
    case Stream::step_trainer:
      return land_record(text, step_trainer_, stream, received_ms, chunk);
    case Stream::gap:
      break;  // comes from devices alone
  }
  return fail("gap records come from devices alone");
}

template <typename Record>
Result<void> Importer::land_record(std::string_view text, Record& record, Stream stream,
                                   std::int64_t received_ms, Chunk& chunk) {
  if (const auto reason = decoder_.decode(text, record))
    return refuse(text, *reason, stream, received_ms, chunk);
  ++chunk.landed;
  return inserter_.add(record, received_ms);
}

Result<void> Importer::refuse(std::string_view text, Reason reason, Stream stream, std::int64_t received_ms,
                              Chunk& chunk) {
  ++chunk.quarantined;
  return inserter_.quarantine(stream, reason, wire::printable_payload(text), received_ms);
}

Result<std::int64_t> bytes_of(const std::vector<ImportFile>& files) {
  std::int64_t bytes = 0;
  for (const ImportFile& file : files) {
    std::error_code error;
    bytes += static_cast<std::int64_t>(fs::file_size(file.path, error));
    if (error) return fail(file.path.string() + ": " + error.message());
  }
  return bytes;
}

}  // namespace

Result<std::vector<ImportedFile>> import_files(const fs::path& store_dir,
                                               const std::vector<ImportFile>& files, const Clock& clock,
                                               const ImportProgress& progress) {
  const auto total = bytes_of(files);
  if (!total) return Failure(total.error());
  auto database = open_landing_for_writing(store_dir, clock);
  if (!database) return Failure(database.error());
  auto inserter = Inserter::open(*database);
  if (!inserter) return Failure(inserter.error());
  Importer importer(*database, **inserter, clock);
  std::vector<ImportedFile> outcomes;
  std::int64_t done_before = 0;
  for (const ImportFile& file : files) {
    const auto report = [&](std::int64_t bytes) {
      if (progress) progress(done_before + bytes, *total);
    };
    auto outcome = importer.import(file, report);
    if (!outcome) return in_context("import " + file.path.string(), outcome.error());
    std::error_code error;
    done_before += static_cast<std::int64_t>(fs::file_size(file.path, error));
    outcomes.push_back(std::move(*outcome));
  }
  return outcomes;
}

}  // namespace stedi::landing
