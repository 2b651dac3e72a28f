#include "lakehouse/import/import.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <future>
#include <map>
#include <optional>

#include "core/digest/digest.hpp"
#include "lakehouse/import/file_pieces.hpp"
#include "lakehouse/import/import_state.hpp"
#include "lakehouse/landing/inserter.hpp"
#include "lakehouse/landing/store.hpp"

namespace stedi::landing {

namespace {

namespace fs = std::filesystem;

// A transaction takes pieces, of one file or several, until they have as many records.
constexpr std::int64_t full_transaction_records = FilePieces::max_piece_records;
// Files are opened ahead until their bytes make about a transaction; small ones are read at once and closed.
constexpr std::int64_t usual_transaction_bytes = 10'000'000;
constexpr std::size_t max_files_ahead = 1024;
constexpr std::size_t max_large_files_ahead = 16;
constexpr std::int64_t max_small_file_bytes = 65'536;
// Files whose digests are made ahead of the one that is opened, each by a thread of its own.
constexpr std::size_t digests_ahead = 2;

// Half of what the process may have open is left to SQLite and everybody else.
std::size_t files_ahead() {
  rlimit open_files{};
  if (::getrlimit(RLIMIT_NOFILE, &open_files) != 0) return 1;
  return std::clamp<std::size_t>(open_files.rlim_cur / 2, 1, max_files_ahead);
}

std::launch how_to_make(bool is_small) {
  return is_small ? std::launch::deferred : std::launch::async | std::launch::deferred;
}

// A file whose pieces are being made from where the store has it.
struct OpenFile {
  FileIdentity identity;
  FileState state;
  std::optional<FilePieces> pieces;  // none when it is complete
  std::optional<Error> unreadable;   // at its turn: what landed before it stays

  Result<void> start_from(const fs::path& path, const FileState& from) {
    state = from;
    pieces.reset();
    if (state.complete) return {};
    auto file = TRY(UnchangedFile::open(path, identity, state.bytes_done));
    pieces.emplace(BlockReader(std::move(file), state.bytes_done), identity.stream,
                   how_to_make(identity.bytes <= max_small_file_bytes));
    return {};
  }
};

// What one transaction has landed of one file.
struct Piece {
  std::size_t file;
  FileState after;
  std::int64_t landed = 0;
  std::int64_t quarantined = 0;
  std::int64_t no_json = 0;

  std::int64_t records() const { return landed + quarantined; }
};

// `lines_before` of the file come before the block.
template <typename Record>
Result<void> add_all(Inserter& inserter, const RecordBlock<Record>& block, std::int64_t lines_before,
                     std::int64_t received_ms) {
  for (std::size_t i = 0; i < block.records.size(); ++i) {
    inserter.set_line(lines_before + block.lines[i]);
    TRY(inserter.add(block.records[i], received_ms));
  }
  return {};
}
// Readings stand beside the blocks.
template <typename Reading>
Result<void> add_all(Inserter&, const ReadingBlock<Reading>&, std::int64_t, std::int64_t) {
  return {};
}

// Which files there are, and how far they have landed; in whatever store land_next() is given.
class Importer {
 public:
  Importer(const Clock& clock, const std::vector<ImportFile>& files);

  bool done() const { return current_ == files_.size(); }
  // One transaction.
  Result<void> land_next(sqlite::Database& database, Inserter& inserter);
  std::int64_t bytes_done() const;
  std::int64_t records_done() const { return records_done_; }
  std::vector<ImportedFile> outcomes() const { return outcomes_; }

 private:
  Result<void> learn_sizes(sqlite::Database& database);
  Result<void> open_some(sqlite::Database& database);
  Result<void> open(std::size_t index, sqlite::Database& database);
  Result<std::vector<Piece>> land_pieces(sqlite::Database& database, Inserter& inserter);
  Result<bool> overtaken_by_another(std::size_t index, sqlite::Database& database);
  void begin_digests(std::size_t first);
  std::optional<FilePiece> read_piece(std::size_t index);
  Result<Piece> land_piece(std::size_t index, FilePiece& read, Inserter& inserter);
  Result<void> add_block(const DecodedBlock& block, Stream stream, std::int64_t lines_before,
                         std::int64_t received_ms, Inserter& inserter);
  void account(const Piece& piece);
  std::int64_t stored_bytes(std::size_t index) const;
  bool is_small(std::size_t index) const { return stored_bytes(index) <= max_small_file_bytes; }
  void pass_complete();
  Failure in_file(std::size_t index, const Error& error) const;

  const Clock* clock_;
  std::vector<std::optional<OpenFile>> files_;
  std::vector<std::future<Result<FileIdentity>>> identities_;  // one a file; of those under way
  std::vector<ImportedFile> outcomes_;                         // one a file
  std::map<Stream, std::vector<std::int64_t>> known_sizes_;    // of files that had landed before
  std::size_t current_ = 0;                                    // the first file that is not complete
  std::int64_t bytes_passed_ = 0;                              // of the files before it
  std::int64_t records_done_ = 0;
};

Importer::Importer(const Clock& clock, const std::vector<ImportFile>& files)
    : clock_(&clock), files_(files.size()), identities_(files.size()) {
  for (const ImportFile& file : files) outcomes_.push_back({file});
}

Failure Importer::in_file(std::size_t index, const Error& error) const {
  return in_context("import " + outcomes_[index].file.name(), error);
}

// When no thread can be had, the digest is made by whom asks for it; that of a small file costs less than a
// thread.
void Importer::begin_digests(std::size_t first) {
  for (std::size_t index = first; index < files_.size() && index <= first + digests_ahead; ++index) {
    if (files_[index] || identities_[index].valid()) continue;
    identities_[index] =
        std::async(how_to_make(is_small(index)),
                   [file = outcomes_[index].file, sizes = known_sizes_[outcomes_[index].file.stream]] {
                     return FileIdentity::of(file.path, file.stream, sizes);
                   });
  }
}

Result<void> Importer::learn_sizes(sqlite::Database& database) {
  for (const ImportedFile& outcome : outcomes_) {
    const Stream stream = outcome.file.stream;
    if (!known_sizes_.contains(stream)) known_sizes_[stream] = TRY(known_sizes(database, stream));
  }
  return {};
}

Result<void> Importer::open(std::size_t index, sqlite::Database& database) {
  const ImportFile& file = outcomes_[index].file;
  begin_digests(index);
  const auto identity = identities_[index].get();
  if (!identity) return in_file(index, identity.error());
  const auto state = read_file_state(database, *identity);
  if (!state) return in_file(index, state.error());
  outcomes_[index].already_imported = state->complete;
  outcomes_[index].bytes_landed_before = state->bytes_done;
  files_[index].emplace(OpenFile{*identity, {}, std::nullopt, std::nullopt});
  auto started = files_[index]->start_from(file.path, *state);
  if (started) return {};
  files_[index].reset();
  return in_file(index, started.error());
}

// Before the transaction, which should not wait for the digest of a large file: the current one, the next,
// which is then decoded while the current one is written, and further ones as long as they are small enough
// to share a transaction.
Result<void> Importer::open_some(sqlite::Database& database) {
  TRY(learn_sizes(database));
  std::int64_t bytes = 0;
  std::size_t large = 0;
  const std::size_t most_ahead = files_ahead();
  for (std::size_t index = current_; index < files_.size(); ++index) {
    const bool is_full = bytes > usual_transaction_bytes || large > max_large_files_ahead;
    if (index > current_ + most_ahead || (index > current_ + 1 && is_full)) return {};
    if (!files_[index]) {
      // One that cannot be opened is an error at its turn: those before it land.
      if (auto opened = open(index, database); !opened) return index > current_ ? Result<void>() : opened;
    }
    bytes += stored_bytes(index);
    large += is_small(index) ? 0 : 1;
  }
  return {};
}

Result<void> Importer::land_next(sqlite::Database& database, Inserter& inserter) {
  TRY(open_some(database));
  pass_complete();
  if (done() || !files_[current_]) return {};
  const std::size_t first = current_;
  auto transaction = database.begin_immediate();
  if (!transaction) return in_file(first, transaction.error());
  if (auto begun = inserter.begin(); !begun) return in_file(first, begun.error());
  const auto pieces = TRY(land_pieces(database, inserter));
  if (auto committed = transaction->commit(); !committed) return in_file(first, committed.error());
  for (const Piece& piece : pieces) account(piece);
  pass_complete();
  return {};
}

Result<std::vector<Piece>> Importer::land_pieces(sqlite::Database& database, Inserter& inserter) {
  std::vector<Piece> pieces;
  std::int64_t room = full_transaction_records;
  for (std::size_t index = current_; index < files_.size() && files_[index] && room > 0; ++index) {
    if (files_[index]->state.complete) continue;
    const auto overtaken = overtaken_by_another(index, database);
    if (!overtaken) return in_file(index, overtaken.error());
    if (*overtaken) continue;
    auto read = read_piece(index);
    if (!read && pieces.empty()) return in_file(index, *files_[index]->unreadable);
    if (!read) break;
    const auto piece = land_piece(index, *read, inserter);
    if (!piece) return in_file(index, piece.error());
    if (auto saved = save_file_state(database, files_[index]->identity, piece->after); !saved)
      return in_file(index, saved.error());
    room -= piece->records();
    pieces.push_back(*piece);
  }
  return pieces;
}

// Another import of the same content may have gone on in the meantime: then the file starts from there.
Result<bool> Importer::overtaken_by_another(std::size_t index, sqlite::Database& database) {
  OpenFile& file = *files_[index];
  const auto current = TRY(read_file_state(database, file.identity));
  if (current.bytes_done == file.state.bytes_done && !current.complete) return false;
  ImportedFile& outcome = outcomes_[index];
  TRY(file.start_from(outcome.file.path, current));
  outcome.already_imported = current.complete && outcome.landed + outcome.quarantined == 0;
  return true;
}

std::optional<FilePiece> Importer::read_piece(std::size_t index) {
  OpenFile& file = *files_[index];
  if (file.unreadable) return std::nullopt;
  auto read = file.pieces->next();
  if (read) return std::move(*read);
  file.unreadable = read.error();
  return std::nullopt;
}

Result<Piece> Importer::land_piece(std::size_t index, FilePiece& read, Inserter& inserter) {
  OpenFile& file = *files_[index];
  const Stream stream = file.identity.stream;
  const std::int64_t received_ms = clock_->wall_ms();
  const std::int64_t first_id = inserter.next_id(stream);
  const auto source_id = TRY(inserter.source_id("import", stream, "", ""));
  Piece piece{index, file.state, read.landed, read.refused, read.no_json};
  inserter.set_file(outcomes_[index].file.name());
  std::int64_t lines_before = file.state.lines_done;
  for (const DecodedBlock& block : read.blocks) {
    TRY(add_block(block, stream, lines_before, received_ms, inserter));
    lines_before += block.lines;
  }
  Result<void> added;
  any_sensor_reading([&]<typename Reading> {
    added = inserter.add(read.readings.of<Reading>(), received_ms);
    return !added;
  });
  if (!added) return Failure(added.error());
  if (piece.records() > 0) {
    inserter.add_batch({source_id, std::nullopt, first_64_bits(file.identity.content), received_ms, first_id,
                        piece.landed, piece.quarantined});
  }
  TRY(inserter.flush());
  piece.after.complete = read.is_last;
  piece.after.lines_done += read.lines;
  if (!read.blocks.empty()) piece.after.bytes_done = read.ends_at;
  piece.after.landed += piece.landed;
  piece.after.quarantined += piece.quarantined;
  return piece;
}

Result<void> Importer::add_block(const DecodedBlock& block, Stream stream, std::int64_t lines_before,
                                 std::int64_t received_ms, Inserter& inserter) {
  const auto add_records = [&](const auto& records) {
    return add_all(inserter, records, lines_before, received_ms);
  };
  TRY(std::visit(add_records, block.records));
  for (const RefusedValue& refused : block.refused) {
    inserter.set_line(lines_before + refused.line);
    TRY(inserter.quarantine(stream, refused.record, received_ms));
  }
  return {};
}

void Importer::account(const Piece& piece) {
  OpenFile& file = *files_[piece.file];
  file.state = piece.after;
  if (file.state.complete) file.pieces.reset();
  outcomes_[piece.file].landed += piece.landed;
  outcomes_[piece.file].quarantined += piece.quarantined;
  outcomes_[piece.file].no_json += piece.no_json;
  records_done_ += piece.records();
}

void Importer::pass_complete() {
  for (; current_ < files_.size() && files_[current_] && files_[current_]->state.complete; ++current_)
    bytes_passed_ += stored_bytes(current_);
}

// As the file system has them: fewer than are in a compressed file. 0 when that cannot be told.
std::int64_t Importer::stored_bytes(std::size_t index) const {
  std::error_code error;
  const auto bytes = fs::file_size(outcomes_[index].file.path, error);
  return error ? 0 : static_cast<std::int64_t>(bytes);
}

std::int64_t Importer::bytes_done() const {
  if (done() || !files_[current_]) return bytes_passed_;
  return bytes_passed_ + std::min(files_[current_]->state.bytes_done, stored_bytes(current_));
}

Result<std::int64_t> bytes_of(const std::vector<ImportFile>& files) {
  std::int64_t bytes = 0;
  for (const ImportFile& file : files) {
    std::error_code error;
    bytes += static_cast<std::int64_t>(fs::file_size(file.path, error));
    if (error) return fail(file.name() + ": " + error.message());
  }
  return bytes;
}

// Transactions while `go_on` says so.
template <typename GoOn>
Result<void> land(Importer& importer, sqlite::Database& database, const GoOn& go_on,
                  const ImportProgress& progress, std::int64_t bytes_total) {
  auto inserter = TRY(Inserter::open(database));
  while (!importer.done() && go_on()) {
    TRY(importer.land_next(database, *inserter));
    if (progress) progress(importer.bytes_done(), bytes_total);
  }
  return {};
}

// Of a file that cannot be read, what landed before it stays, as in a store that was there before.
Result<void> land_in_new_store(const fs::path& store_dir, const std::vector<ImportFile>& files,
                               const Clock& clock, const ImportProgress& progress, std::int64_t bytes_total,
                               std::int64_t most_records, Importer& importer) {
  auto store = TRY(begin_new_landing(store_dir, clock));
  if (!store) return {};
  const auto go_on = [&] { return importer.records_done() < most_records; };
  auto landed = land(importer, store->database, go_on, progress, bytes_total);
  const auto published = TRY(store->file.publish(std::move(store->database)));
  if (published == sqlite::NewDatabase::Published::by_us) return landed;
  importer = Importer(clock, files);
  return {};
}

}  // namespace

Result<std::vector<ImportedFile>> import_files(const fs::path& store_dir,
                                               const std::vector<ImportFile>& files, const Clock& clock,
                                               const ImportProgress& progress,
                                               std::int64_t records_in_new_store) {
  const auto total = TRY(bytes_of(files));
  Importer importer(clock, files);
  TRY(land_in_new_store(store_dir, files, clock, progress, total, records_in_new_store, importer));
  if (importer.done()) return importer.outcomes();
  auto database = TRY(open_landing_for_writing(store_dir, clock));
  const auto to_the_end = [] { return true; };
  TRY(land(importer, database, to_the_end, progress, total));
  return importer.outcomes();
}

}  // namespace stedi::landing
