#include "lakehouse/landing/import.hpp"

#include <algorithm>
#include <optional>

#include "core/digest/digest.hpp"
#include "lakehouse/landing/decode_ahead.hpp"
#include "lakehouse/landing/import_state.hpp"
#include "lakehouse/landing/inserter.hpp"
#include "lakehouse/landing/store.hpp"

namespace stedi::landing {

namespace {

namespace fs = std::filesystem;

// One transaction's worth, of one file or several: long enough that an fsync a transaction costs little,
// short enough that a gateway's commit waits for it.
constexpr std::int64_t max_transaction_records = 131'072;

// A file whose blocks are being decoded from where the store has it.
struct OpenFile {
  FileIdentity identity;
  FileState state;
  std::optional<DecodeAhead> blocks;  // none when it is complete

  Result<void> start_from(const fs::path& path, const FileState& from) {
    state = from;
    blocks.reset();
    if (state.complete) return {};
    auto reader = LineBlockReader::open(path, state.bytes_done);
    if (!reader) return Failure(reader.error());
    return blocks.emplace(std::move(*reader), identity.stream).fill();
  }
};

// What one transaction lands of one file.
struct Piece {
  std::size_t file;
  std::vector<DecodedBlock> blocks;
  FileState after;
  std::int64_t landed = 0;
  std::int64_t quarantined = 0;

  std::int64_t records() const { return landed + quarantined; }
};

Result<Piece> take_piece(std::size_t index, OpenFile& file, std::int64_t max_records) {
  Piece piece{index, {}, file.state};
  while (!piece.after.complete && piece.records() < max_records) {
    auto block = file.blocks->next();
    if (!block) return Failure(block.error());
    piece.after.complete = !*block;
    if (piece.after.complete) break;
    piece.landed += static_cast<std::int64_t>((*block)->landed());
    piece.quarantined += static_cast<std::int64_t>((*block)->refused.size());
    piece.after.lines_done += (*block)->lines;
    piece.after.bytes_done = (*block)->ends_at;
    piece.blocks.push_back(std::move(**block));
  }
  piece.after.landed += piece.landed;
  piece.after.quarantined += piece.quarantined;
  return piece;
}

// `lines_before` of the file come before the block.
template <typename Record>
Result<void> add_all(Inserter& inserter, const RecordBlock<Record>& block, std::int64_t lines_before,
                     std::int64_t received_ms) {
  for (std::size_t i = 0; i < block.records.size(); ++i) {
    inserter.set_line(lines_before + block.lines[i]);
    if (auto added = inserter.add(block.records[i], received_ms); !added) return added;
  }
  return {};
}
template <typename Reading>
Result<void> add_all(Inserter& inserter, const ReadingBlock<Reading>& block, std::int64_t,
                     std::int64_t received_ms) {
  return inserter.add(block, received_ms);
}

class Importer {
 public:
  Importer(sqlite::Database& database, Inserter& inserter, const Clock& clock,
           const std::vector<ImportFile>& files);

  bool done() const { return current_ == files_.size(); }
  // One transaction.
  Result<void> land_next();
  std::int64_t bytes_done() const;
  std::vector<ImportedFile> outcomes() const { return outcomes_; }

 private:
  Result<void> open(std::size_t index);
  Result<void> open_current_and_next();
  Result<std::vector<Piece>> take_pieces();
  Result<void> land(const std::vector<Piece>& pieces);
  Result<bool> overtaken_by_another(const Piece& piece);
  Result<void> insert(const Piece& piece);
  void account(const Piece& piece);
  std::size_t first_incomplete() const;
  Failure in_file(std::size_t index, const Error& error) const;

  sqlite::Database& database_;
  Inserter& inserter_;
  const Clock& clock_;
  std::vector<std::optional<OpenFile>> files_;
  std::vector<ImportedFile> outcomes_;  // one a file
  std::size_t current_ = 0;             // the first file that is not complete
};

Importer::Importer(sqlite::Database& database, Inserter& inserter, const Clock& clock,
                   const std::vector<ImportFile>& files)
    : database_(database), inserter_(inserter), clock_(clock), files_(files.size()) {
  for (const ImportFile& file : files) outcomes_.push_back({file});
}

Failure Importer::in_file(std::size_t index, const Error& error) const {
  return in_context("import " + outcomes_[index].file.path.string(), error);
}

Result<void> Importer::open(std::size_t index) {
  const ImportFile& file = outcomes_[index].file;
  const auto identity = FileIdentity::of(file.path, file.stream);
  if (!identity) return in_file(index, identity.error());
  const auto state = read_file_state(database_, *identity);
  if (!state) return in_file(index, state.error());
  outcomes_[index].already_imported = state->complete;
  files_[index].emplace(OpenFile{*identity, {}, std::nullopt});
  if (auto started = files_[index]->start_from(file.path, *state); !started)
    return in_file(index, started.error());
  return {};
}

// The next file is read and decoded while this one is written.
Result<void> Importer::open_current_and_next() {
  for (std::size_t index = current_; index < std::min(current_ + 2, files_.size()); ++index) {
    if (files_[index]) continue;
    if (auto opened = open(index); !opened) return opened;
  }
  return {};
}

Result<std::vector<Piece>> Importer::take_pieces() {
  std::vector<Piece> pieces;
  std::int64_t room = max_transaction_records;
  while (!done() && room > 0) {
    if (auto opened = open_current_and_next(); !opened) return Failure(opened.error());
    auto piece = take_piece(current_, *files_[current_], room);
    if (!piece) return in_file(current_, piece.error());
    room -= piece->records();
    if (piece->after.complete) ++current_;
    if (!files_[piece->file]->state.complete) pieces.push_back(std::move(*piece));
  }
  return pieces;
}

Result<void> Importer::land_next() {
  auto pieces = take_pieces();
  if (!pieces) return Failure(pieces.error());
  if (pieces->empty()) return {};
  return land(*pieces);
}

Result<void> Importer::land(const std::vector<Piece>& pieces) {
  auto transaction = database_.begin_immediate();
  if (!transaction) return in_file(pieces.front().file, transaction.error());
  if (auto begun = inserter_.begin(); !begun) return in_file(pieces.front().file, begun.error());
  std::vector<const Piece*> landed;
  for (const Piece& piece : pieces) {
    const auto overtaken = overtaken_by_another(piece);
    if (!overtaken) return in_file(piece.file, overtaken.error());
    if (*overtaken) continue;
    if (auto inserted = insert(piece); !inserted) return in_file(piece.file, inserted.error());
    landed.push_back(&piece);
  }
  if (auto committed = transaction->commit(); !committed)
    return in_file(pieces.front().file, committed.error());
  for (const Piece* piece : landed) account(*piece);
  current_ = first_incomplete();
  return {};
}

// Another import of the same content may have gone on in the meantime: then the file starts from there.
Result<bool> Importer::overtaken_by_another(const Piece& piece) {
  OpenFile& file = *files_[piece.file];
  const auto current = read_file_state(database_, file.identity);
  if (!current) return Failure(current.error());
  if (current->bytes_done == file.state.bytes_done && !current->complete) return false;
  ImportedFile& outcome = outcomes_[piece.file];
  if (auto started = file.start_from(outcome.file.path, *current); !started) return Failure(started.error());
  outcome.already_imported = current->complete && outcome.landed + outcome.quarantined == 0;
  return true;
}

Result<void> Importer::insert(const Piece& piece) {
  const OpenFile& file = *files_[piece.file];
  const Stream stream = file.identity.stream;
  const std::int64_t received_ms = clock_.wall_ms();
  const std::int64_t first_id = inserter_.next_id(stream);
  const auto source_id = inserter_.source_id("import", stream, "", "");
  if (!source_id) return Failure(source_id.error());
  std::int64_t lines_before = file.state.lines_done;
  for (const DecodedBlock& block : piece.blocks) {
    const auto add = [&](const auto& records) {
      return add_all(inserter_, records, lines_before, received_ms);
    };
    if (auto added = std::visit(add, block.records); !added) return added;
    for (const wire::RefusedRecord& line : block.refused) {
      if (auto kept = inserter_.quarantine(stream, line, received_ms); !kept) return kept;
    }
    lines_before += block.lines;
  }
  if (piece.records() > 0) {
    inserter_.add_batch({*source_id, std::nullopt, first_64_bits(file.identity.content), received_ms,
                         first_id, piece.landed, piece.quarantined});
  }
  inserter_.sort_readings();
  if (auto flushed = inserter_.flush(); !flushed) return flushed;
  return save_file_state(database_, file.identity, piece.after);
}

void Importer::account(const Piece& piece) {
  OpenFile& file = *files_[piece.file];
  file.state = piece.after;
  if (file.state.complete) file.blocks.reset();
  outcomes_[piece.file].landed += piece.landed;
  outcomes_[piece.file].quarantined += piece.quarantined;
}

std::size_t Importer::first_incomplete() const {
  const auto incomplete = [](const std::optional<OpenFile>& file) { return !file || !file->state.complete; };
  return static_cast<std::size_t>(std::find_if(files_.begin(), files_.end(), incomplete) - files_.begin());
}

std::int64_t Importer::bytes_done() const {
  std::int64_t bytes = 0;
  for (const auto& file : files_) bytes += file ? file->state.bytes_done : 0;
  return bytes;
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
  Importer importer(*database, **inserter, clock, files);
  while (!importer.done()) {
    if (auto landed = importer.land_next(); !landed) return Failure(landed.error());
    if (progress) progress(importer.bytes_done(), *total);
  }
  return importer.outcomes();
}

}  // namespace stedi::landing
