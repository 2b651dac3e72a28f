#include "firmware_sim/spool/spool.hpp"

#include "core/digest/digest.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"

namespace stedi::firmware {

namespace {

constexpr std::int64_t application_id = 0x53544453;  // "STDS"
constexpr std::int64_t schema_version = 1;

// FULL: a commit that returned is on disk. secure_delete: what an ack let go is overwritten.
constexpr const char* connection_settings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;";

constexpr const char* schema =
    "CREATE TABLE spool ("
    "  name  TEXT PRIMARY KEY,"
    "  value TEXT NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE TABLE device ("
    "  device_row  INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  name_digest TEXT NOT NULL UNIQUE,"
    "  device_id   TEXT NOT NULL UNIQUE"
    ");"
    "CREATE TABLE progress ("
    "  device_row INTEGER NOT NULL REFERENCES device,"
    "  stream     TEXT NOT NULL,"
    "  records    INTEGER NOT NULL,"
    "  PRIMARY KEY (device_row, stream)"
    ") WITHOUT ROWID;"
    "CREATE TABLE batch ("
    "  batch_id   INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  device_row INTEGER NOT NULL REFERENCES device,"
    "  boot       TEXT NOT NULL,"
    "  stream     TEXT NOT NULL,"
    "  seq        INTEGER NOT NULL,"
    "  records    INTEGER NOT NULL,"
    "  bytes      INTEGER NOT NULL,"
    "  payload    TEXT NOT NULL,"
    "  refused    TEXT,"
    "  UNIQUE (device_row, boot, stream, seq)"
    ");";

std::string digest_of_name(DeviceKind kind, const std::string& name) {
  return hex(sha256(std::to_string(static_cast<int>(kind)) + ":" + name));
}

// A simulated device keeps its identity for the same scenario and seed; a replayed one is made up.
std::string make_device_id(const std::string& identity_seed, const std::string& name_digest) {
  if (identity_seed.empty()) return random_id();
  return hex(sha256(identity_seed + ":" + name_digest)).substr(0, 32);
}

Result<void> create_schema(sqlite::Database& database) {
  auto transaction = database.begin_immediate();
  if (!transaction) return Failure(transaction.error());
  if (auto created = database.execute(schema); !created) return created;
  const std::string marks = "PRAGMA application_id=" + std::to_string(application_id) +
                            "; PRAGMA user_version=" + std::to_string(schema_version) + ";";
  if (auto marked = database.execute(marks); !marked) return marked;
  return transaction->commit();
}

Result<void> check_or_create_schema(sqlite::Database& database) {
  const auto id = database.integer("PRAGMA application_id");
  const auto version = database.integer("PRAGMA user_version");
  const auto tables = database.integer("SELECT count(*) FROM sqlite_master");
  if (!id) return Failure(id.error());
  if (!version) return Failure(version.error());
  if (!tables) return Failure(tables.error());
  if (*id == 0 && *tables == 0) return create_schema(database);
  if (*id != application_id) return usage_error("not a spool: give another --spool");
  if (*version != schema_version) return usage_error("a spool of another version: give another --spool");
  return {};
}

Result<sqlite::Database> open_database(const std::filesystem::path& file) {
  auto database = sqlite::Database::open(file, sqlite::Access::create);
  if (!database) return database;
  // The folder may have been there before, open to others; -wal and -shm take their mode from this file.
  std::error_code error;
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
                               error);
  if (error) return fail("spool " + file.string() + ": cannot be made private: " + error.message());
  if (auto set = database->execute(connection_settings); !set)
    return in_context("spool " + file.string(), set.error());
  if (auto checked = check_or_create_schema(*database); !checked)
    return in_context("spool " + file.string(), checked.error());
  return database;
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::open(const std::filesystem::path& folder, const SpoolOwner& owner,
                                           std::size_t most_bytes) {
  auto lock = FolderLock::take(folder);
  if (!lock) return Failure(lock.error());
  auto database = open_database(folder / "spool.db");
  if (!database) return Failure(database.error());
  std::unique_ptr<Spool> spool(new Spool(std::move(*lock), std::move(*database), most_bytes));
  const std::string where = "spool " + folder.string();
  if (auto bound = spool->bind_owner(owner); !bound) return in_context(where, bound.error());
  if (auto prepared = spool->prepare_statements(); !prepared) return in_context(where, prepared.error());
  if (auto loaded = spool->load_devices(); !loaded) return in_context(where, loaded.error());
  if (auto loaded = spool->load_progress(); !loaded) return in_context(where, loaded.error());
  return spool;
}

Spool::Spool(FolderLock lock, sqlite::Database database, std::size_t most_bytes)
    : lock_(std::move(lock)), database_(std::move(database)), most_bytes_(most_bytes), boot_(random_id()) {}

Result<void> Spool::bind_owner(const SpoolOwner& owner) {
  auto insert = database_.prepare("INSERT OR IGNORE INTO spool (name, value) VALUES ('data_set', ?)");
  if (!insert) return Failure(insert.error());
  insert->bind_all(owner.data_set);
  if (auto inserted = insert->run(); !inserted) return inserted;
  const auto bound = database_.text("SELECT value FROM spool WHERE name = 'data_set'");
  if (!bound) return Failure(bound.error());
  if (*bound != owner.data_set) {
    return usage_error(
        "it belongs to another data set or scenario (or its files changed): give another --spool, or delete "
        "this "
        "one if everything in it is acknowledged");
  }
  identity_seed_ = owner.identity_seed;
  return {};
}

Result<void> Spool::prepare_statements() {
  const auto prepare = [this](std::optional<sqlite::Statement>& into, std::string_view sql) -> Result<void> {
    auto statement = database_.prepare(sql);
    if (!statement) return Failure(statement.error());
    into.emplace(std::move(*statement));
    return {};
  };
  if (auto done = prepare(insert_batch_,
                          "INSERT INTO batch (device_row, boot, stream, seq, records, bytes, payload) "
                          "VALUES (?, ?, ?, ?, ?, ?, ?)");
      !done)
    return done;
  if (auto done = prepare(upsert_progress_,
                          "INSERT INTO progress (device_row, stream, records) VALUES (?, ?, ?) "
                          "ON CONFLICT DO UPDATE SET records = excluded.records");
      !done)
    return done;
  if (auto done = prepare(select_payload_, "SELECT payload FROM batch WHERE batch_id = ?"); !done)
    return done;
  return prepare(delete_batch_, "DELETE FROM batch WHERE batch_id = ? RETURNING bytes");
}

Result<void> Spool::load_devices() {
  auto rows = database_.prepare("SELECT device_row, name_digest, device_id FROM device");
  if (!rows) return Failure(rows.error());
  for (auto row = rows->step();; row = rows->step()) {
    if (!row) return Failure(row.error());
    if (!*row) return {};
    const std::string id(rows->text(2));
    if (id.size() != 32 || id.find_first_not_of("0123456789abcdef") != std::string::npos) {
      return fail("a device identity in it is malformed: restore it from a copy or give another --spool");
    }
    device_ids_.emplace(rows->text(1), id);
    device_rows_.emplace(id, rows->integer(0));
  }
}

Result<void> Spool::load_progress() {
  const auto bytes = database_.integer("SELECT coalesce(sum(bytes), 0) FROM batch WHERE refused IS NULL");
  if (!bytes) return Failure(bytes.error());
  bytes_ = static_cast<std::size_t>(*bytes);
  auto rows = database_.prepare("SELECT device_row, stream, records FROM progress");
  if (!rows) return Failure(rows.error());
  for (auto row = rows->step();; row = rows->step()) {
    if (!row) return Failure(row.error());
    if (!*row) return {};
    const auto stream = wire::stream_named(rows->text(1));
    if (!stream || rows->integer(2) < 0) return fail("its progress is malformed: give another --spool");
    streams_[{rows->integer(0), *stream}].records = static_cast<std::size_t>(rows->integer(2));
  }
}

Result<void> Spool::begin() {
  if (open_) return {};
  auto transaction = database_.begin_immediate();
  if (!transaction) return Failure(transaction.error());
  open_.emplace(std::move(*transaction));
  return {};
}

Result<void> Spool::commit() {
  if (!open_) return {};
  auto committed = open_->commit();
  open_.reset();
  if (!committed) return in_context("spool: commit", committed.error());
  return {};
}

Result<std::string> Spool::device_id(DeviceKind kind, const std::string& name) {
  const std::string digest = digest_of_name(kind, name);
  if (const auto known = device_ids_.find(digest); known != device_ids_.end()) return known->second;
  if (auto begun = begin(); !begun) return Failure(begun.error());
  const std::string id = make_device_id(identity_seed_, digest);
  auto insert = database_.prepare("INSERT INTO device (name_digest, device_id) VALUES (?, ?)");
  if (!insert) return Failure(insert.error());
  insert->bind_all(digest, id);
  if (auto inserted = insert->run(); !inserted) return in_context("spool: new device", inserted.error());
  device_ids_.emplace(digest, id);
  device_rows_.emplace(id, database_.last_insert_id());
  return id;
}

std::size_t Spool::sealed_records(std::string_view device, Stream stream) const {
  const auto row = device_rows_.find(device);
  if (row == device_rows_.end()) return 0;
  const auto state = streams_.find({row->second, stream});
  return state == streams_.end() ? 0 : state->second.records;
}

Result<std::vector<SealedBatch>> Spool::pending() {
  auto rows = database_.prepare(
      "SELECT b.batch_id, d.device_id, b.boot, b.stream, b.seq, b.records, b.bytes "
      "FROM batch AS b JOIN device AS d ON d.device_row = b.device_row "
      "WHERE b.refused IS NULL ORDER BY b.batch_id");
  if (!rows) return Failure(rows.error());
  std::vector<SealedBatch> batches;
  for (auto row = rows->step();; row = rows->step()) {
    if (!row) return in_context("spool: read", row.error());
    if (!*row) return batches;
    const auto stream = wire::stream_named(rows->text(3));
    if (!stream) return fail("spool: a sealed batch is malformed: give another --spool");
    batches.push_back({rows->integer(0), std::string(rows->text(1)), std::string(rows->text(2)), *stream,
                       rows->integer(4), static_cast<std::size_t>(rows->integer(5)),
                       static_cast<std::size_t>(rows->integer(6))});
  }
}

Result<std::size_t> Spool::refused_batches() {
  const auto count = database_.integer("SELECT count(*) FROM batch WHERE refused IS NOT NULL");
  if (!count) return Failure(count.error());
  return static_cast<std::size_t>(*count);
}

Result<SealedBatch> Spool::seal(std::string_view device, Stream stream,
                                std::span<const std::string> records) {
  const auto row = device_rows_.find(device);
  if (row == device_rows_.end()) return fail("spool: a batch of a device it does not know");
  if (auto begun = begin(); !begun) return Failure(begun.error());
  StreamState& state = streams_[{row->second, stream}];
  SealedBatch batch{0, std::string(device), boot_, stream, state.last_seq + 1, records.size(), 0};
  const std::string payload = wire::seal_envelope({boot_, batch.seq}, records);
  batch.bytes = payload.size();
  insert_batch_->bind_all(row->second, boot_, wire::stream_name(stream), batch.seq,
                          static_cast<std::int64_t>(batch.records), static_cast<std::int64_t>(batch.bytes),
                          payload);
  if (auto inserted = insert_batch_->run(); !inserted) return in_context("spool: seal", inserted.error());
  batch.id = database_.last_insert_id();
  upsert_progress_->bind_all(row->second, wire::stream_name(stream),
                             static_cast<std::int64_t>(state.records + batch.records));
  if (auto counted = upsert_progress_->run(); !counted) return in_context("spool: seal", counted.error());
  state.last_seq = batch.seq;
  state.records += batch.records;
  bytes_ += batch.bytes;
  return batch;
}

Result<std::string> Spool::payload(BatchId id) {
  select_payload_->bind_all(id);
  const auto row = select_payload_->step();
  Result<std::string> payload = fail("spool: a sealed batch has disappeared");
  if (!row) payload = in_context("spool: read", row.error());
  if (row && *row) payload = std::string(select_payload_->text(0));
  select_payload_->reset();
  return payload;
}

Result<void> Spool::remove(std::span<const BatchId> ids) {
  if (ids.empty()) return {};
  if (auto begun = begin(); !begun) return begun;
  for (const BatchId id : ids) {
    delete_batch_->bind_all(id);
    auto row = delete_batch_->step();
    if (row && *row) bytes_ -= static_cast<std::size_t>(delete_batch_->integer(0));
    while (row && *row) row = delete_batch_->step();
    delete_batch_->reset();
    if (!row) return in_context("spool: delete", row.error());
  }
  return commit();
}

Result<void> Spool::set_apart(BatchId id, std::string_view reason) {
  if (auto begun = begin(); !begun) return begun;
  auto update = database_.prepare(
      "UPDATE batch SET refused = ? WHERE batch_id = ? AND refused IS NULL RETURNING bytes");
  if (!update) return Failure(update.error());
  update->bind_all(reason, id);
  auto row = update->step();
  if (row && *row) bytes_ -= static_cast<std::size_t>(update->integer(0));
  while (row && *row) row = update->step();
  if (!row) return in_context("spool: set apart", row.error());
  update->reset();
  return commit();
}

}  // namespace stedi::firmware
