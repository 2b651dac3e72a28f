#include "core/sqlite/database.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cassert>

namespace stedi::sqlite {

namespace {

// SQLite says what it met, not what to do about it.
std::string with_remedy(const std::string& message, int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
      return message + " (another program is writing to it: try again)";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return message + " (check that the file and its folder may be written by this account)";
    case SQLITE_FULL:
      return message + " (free some space and try again)";
    default:
      return message;
  }
}

// It may quote names that a damaged file holds, line breaks and all.
std::string message_of(sqlite3* handle) {
  constexpr std::size_t most_bytes = 300;
  return with_remedy(one_line(sqlite3_errmsg(handle), most_bytes), sqlite3_errcode(handle));
}

}  // namespace

// ---- Statement

Statement::Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(statement_, other.statement_);
  return *this;
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

void Statement::bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(statement_, parameter, value);
}
void Statement::bind(int parameter, double value) {
  sqlite3_bind_double(statement_, parameter, value);
}
void Statement::bind_null(int parameter) {
  sqlite3_bind_null(statement_, parameter);
}

void Statement::bind(int parameter, std::string_view value) {
  // A null pointer would bind NULL: an empty view may have one.
  const char* text = value.empty() ? "" : value.data();
  sqlite3_bind_text64(statement_, parameter, text, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return fail(message_of(sqlite3_db_handle(statement_)));
}

Result<void> Statement::step_through(const std::function<Result<void>()>& row) {
  Result<void> outcome;
  while (outcome) {
    const Result<bool> more = step();
    if (more && !*more) break;
    outcome = more ? row() : Failure(more.error());
  }
  reset();
  return outcome;
}

Result<void> Statement::check_columns(std::size_t read) const {
  if (const auto columns = static_cast<std::size_t>(column_count()); columns != read)
    return fail("a row of " + std::to_string(columns) + " columns is read as one of " + std::to_string(read));
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_);
}

int Statement::column_count() const {
  return sqlite3_column_count(statement_);
}
std::string_view Statement::column_name(int column) const {
  return sqlite3_column_name(statement_, column);
}
std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(statement_, column);
}
bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
bool Statement::is_read_only() const {
  return sqlite3_stmt_readonly(statement_) != 0;
}

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Statement::Type Statement::type(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
      return Type::integer;
    case SQLITE_FLOAT:
      return Type::real;
    case SQLITE_TEXT:
      return Type::text;
    case SQLITE_BLOB:
      return Type::blob;
    default:
      return Type::null;
  }
}

// ---- Transaction

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // SQLite rolls back by itself after some errors (disk full): then there is nothing left to do.
  if (database_ != nullptr && sqlite3_get_autocommit(database_->handle()) == 0) {
    sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

Result<void> Transaction::commit() {
  assert(database_ != nullptr);
  if (auto committed = database_->execute("COMMIT"); !committed) {
    if (sqlite3_get_autocommit(database_->handle()) == 0) {
      sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
    database_ = nullptr;
    return committed;
  }
  database_ = nullptr;
  return {};
}

// ---- Database

namespace {

int open_flags(Access access) {
  // FULLMUTEX is not needed: a connection belongs to one thread at a time.
  constexpr int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (access) {
    case Access::read_only:
      return common | SQLITE_OPEN_READONLY;
    case Access::read_write:
      return common | SQLITE_OPEN_READWRITE;
    case Access::create:
      return common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return common;
}

// Before SQLite's first use: without its statistics of memory, which nobody reads, it takes no lock for each
// allocation. Sorting a job's rows makes one a row.
int configure_library() {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

std::string sql_literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

}  // namespace

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::filesystem::path& file, Access access, int busy_ms) {
  static const int configured = configure_library();
  static_cast<void>(configured);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle, open_flags(access), nullptr);
  Database database(handle);
  if (code != SQLITE_OK)
    return fail("cannot open " + file.string() + ": " + with_remedy(sqlite3_errstr(code), code));
  sqlite3_busy_timeout(handle, busy_ms);
  return database;
}

Result<Database> Database::in_memory() {
  return open(":memory:", Access::create);
}

Failure Database::failure(std::string_view what) const {
  return fail(std::string(what) + ": " + message_of(handle_.get()));
}

Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return fail(message_of(handle_.get()));
}

Result<Statement> Database::compile(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  if (code != SQLITE_OK) return fail(message_of(handle_.get()));
  Statement prepared(statement);
  if (statement == nullptr) return fail("there is no SQL statement to run");
  sqlite3_stmt* second = nullptr;
  const auto left = static_cast<int>(sql.data() + sql.size() - rest);
  const int tail = sqlite3_prepare_v2(handle_.get(), rest, left, &second, nullptr);
  sqlite3_finalize(second);
  if (tail != SQLITE_OK || second != nullptr)
    return fail("more than one SQL statement: give them one at a time");
  return prepared;
}

Result<void> Database::attach(const std::filesystem::path& file, std::string_view name) {
  return execute("ATTACH DATABASE " + sql_literal(file.string()) + " AS " + std::string(name));
}

Result<Transaction> Database::begin_immediate() {
  TRY(execute("BEGIN IMMEDIATE"));
  return Transaction(this);
}

Result<void> Database::backup_to(const std::filesystem::path& file) {
  auto target = TRY(open(file, Access::create));
  sqlite3_backup* backup = sqlite3_backup_init(target.handle(), "main", handle_.get(), "main");
  if (backup == nullptr) return target.failure("backup");
  const int stepped = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (stepped != SQLITE_DONE || finished != SQLITE_OK) return target.failure("backup to " + file.string());
  return {};
}

namespace {

constexpr int log_piece_bytes = 65'536;  // SQLite's own layer takes less than 128 KiB at a time

int rewrite_and_sync(sqlite3_file& log) {
  sqlite3_int64 size = 0;
  int code = log.pMethods->xFileSize(&log, &size);
  std::string piece(log_piece_bytes, '\0');
  for (sqlite3_int64 offset = 0; code == SQLITE_OK && offset < size; offset += log_piece_bytes) {
    const auto bytes = static_cast<int>(std::min<sqlite3_int64>(size - offset, log_piece_bytes));
    code = log.pMethods->xRead(&log, piece.data(), bytes, offset);
    if (code == SQLITE_OK) code = log.pMethods->xWrite(&log, piece.data(), bytes, offset);
  }
  return code == SQLITE_OK && size > 0 ? log.pMethods->xSync(&log, SQLITE_SYNC_NORMAL) : code;
}

}  // namespace

Result<void> Database::renew_log() {
  const auto mode = TRY(text("PRAGMA journal_mode"));
  if (mode != "wal") return {};
  const auto transaction = TRY(begin_immediate());  // nobody else writes there meanwhile
  sqlite3_file* log = nullptr;
  sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log == nullptr || log->pMethods == nullptr) return {};
  if (const int code = rewrite_and_sync(*log); code != SQLITE_OK)
    return fail(std::string("write-ahead log: ") + sqlite3_errstr(code));
  return {};
}

Result<bool> Database::checkpoint_truncate(std::string_view schema) {
  const std::string name(schema);
  // A connection that has not read the file yet does not know that there is a log, and does nothing.
  TRY(integer("PRAGMA " + name + ".schema_version"));
  const int code =
      sqlite3_wal_checkpoint_v2(handle_.get(), name.c_str(), SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code == SQLITE_OK) return true;
  if ((code & 0xff) == SQLITE_BUSY) return false;
  return failure("checkpoint");
}

void Database::at_close(LogAtClose log) {
  const int leave = log == LogAtClose::left ? 1 : 0;
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, leave, nullptr);
}

std::int64_t Database::last_insert_id() const {
  return sqlite3_last_insert_rowid(handle_.get());
}
std::int64_t Database::changed_rows() const {
  return sqlite3_changes64(handle_.get());
}

namespace {

std::int64_t page_bytes(sqlite3* handle) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(handle, "PRAGMA page_size", -1, &statement, nullptr);
  const bool answered = sqlite3_step(statement) == SQLITE_ROW;
  const std::int64_t bytes = answered ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_finalize(statement);
  return bytes;
}

}  // namespace

std::int64_t Database::written_bytes() const {
  constexpr std::int64_t frame_header_bytes = 24;
  const std::int64_t pages_written = pages().written;
  return pages_written == 0 ? 0 : pages_written * (page_bytes(handle_.get()) + frame_header_bytes);
}

Database::Pages Database::pages() const {
  const auto count = [this](int which) {
    int now = 0;
    int highest = 0;
    sqlite3_db_status(handle_.get(), which, &now, &highest, 0);
    return std::int64_t{now};
  };
  return {count(SQLITE_DBSTATUS_CACHE_MISS), count(SQLITE_DBSTATUS_CACHE_WRITE)};
}

Trouble Database::trouble() const {
  switch (sqlite3_errcode(handle_.get()) & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
      return Trouble::none;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Trouble::busy;
    case SQLITE_FULL:
      return Trouble::full;
    case SQLITE_READONLY:
      return Trouble::read_only;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return Trouble::io;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Trouble::corrupt;
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
      return Trouble::rejected;
    default:
      return Trouble::other;
  }
}

}  // namespace stedi::sqlite
