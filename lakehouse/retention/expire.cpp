#include <algorithm>
#include <array>
#include <string>

#include "core/digest/digest.hpp"
#include "lakehouse/landing/expire_payloads.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/retention/names.hpp"
#include "lakehouse/retention/retention.hpp"
#include "lakehouse/sql/sql_files.hpp"
#include "lakehouse/zones/empty_log.hpp"

namespace stedi::lakehouse {

namespace {

constexpr std::int64_t day_ms = 86'400'000;
// How often people are judged before the lock, and in vain because somebody spoke meanwhile, until it is done
// under the lock.
constexpr int judged_before_lock = 3;

struct Stream {
  const char* table;
  const char* owner;  // column of removed_cell and of the table
  const char* time;
  const char* unconsented;  // file of retention/: ids of one window that no consent covers
  std::int64_t Expired::*count;
};
constexpr std::array<Stream, 2> streams = {
    {{"accelerometer", "subject_id", "timestamp", "retention/unconsented_accelerometer.sql",
      &Expired::accelerometer},
     {"step_trainer", "trainer_id", "sensorReadingTime", "retention/unconsented_step_trainer.sql",
      &Expired::step_trainer}}};

class Expiry {
 public:
  Expiry(sqlite::Database& landing, std::int64_t now_ms, const RetentionSeams& seams)
      : landing_(landing), now_ms_(now_ms), seams_(seams) {}

  Result<Expired> run(const Retention& retention) {
    auto done = landing_.execute("CREATE TEMP TABLE doomed (ingest_id INTEGER PRIMARY KEY);" +
                                 std::string(left_names));
    for (const Stream& stream : streams) {
      if (done && retention.landing_days) done = expire_all(stream, *retention.landing_days);
    }
    for (const Stream& stream : streams) {
      if (done && retention.unconsented_days) done = expire_unconsented(stream, *retention.unconsented_days);
    }
    if (done && expired_.accelerometer + expired_.step_trainer > 0)
      done = forget_names(landing_, seams_.window_rows, seams_.names_searched);
    if (done && retention.payload_days) done = expire_payloads(*retention.payload_days);
    if (!done) return Failure(done.error());
    return expired_;
  }

 private:
  using Begin = Result<sqlite::Transaction> (Expiry::*)();

  // The last row of the batches before the first one that is too young: batches land in the order of their
  // rows.
  Result<std::int64_t> last_expired(const Stream& stream, std::int64_t days) {
    auto first_kept = landing_.prepare(
        "SELECT COALESCE(MIN(batch.first_id) - 1, (SELECT COALESCE(MAX(ingest_id), 0) FROM " +
        std::string(stream.table) +
        ")) FROM batch JOIN source ON source.source_id = batch.source_id "
        "WHERE source.stream = ? AND batch.received > ? AND batch.landed > 0");
    if (!first_kept) return Failure(first_kept.error());
    first_kept->bind_all(stream.table, now_ms_ - days * day_ms);
    const auto row = first_kept->step();
    if (!row) return Failure(row.error());
    return first_kept->integer(0);
  }

  Result<std::int64_t> before_first(const Stream& stream) {
    const auto first =
        landing_.integer("SELECT COALESCE(MIN(ingest_id), 1) FROM " + std::string(stream.table));
    if (!first) return Failure(first.error());
    return *first - 1;
  }

  Result<void> expire_all(const Stream& stream, std::int64_t days) {
    const auto last = last_expired(stream, days);
    if (!last) return Failure(last.error());
    const auto after = before_first(stream);
    if (!after) return Failure(after.error());
    return in_windows(
        stream, *after, *last, &Expiry::begin_at_once,
        "SELECT ingest_id FROM " + std::string(stream.table) + " WHERE ingest_id > ?1 AND ingest_id <= ?2");
  }

  Result<void> expire_unconsented(const Stream& stream, std::int64_t days) {
    const auto last = last_expired(stream, days);
    if (!last) return Failure(last.error());
    // As it is when the pass begins: what is said meanwhile makes the next one begin anew.
    const auto said = said_so_far();
    if (!said) return Failure(said.error());
    const auto first = before_first(stream);
    if (!first) return Failure(first.error());
    const auto judged = judged_up_to(stream, *said);
    if (!judged) return Failure(judged.error());
    const std::int64_t after = std::max(*first, *judged);
    if (after >= *last) return {};
    auto done = in_windows(stream, after, *last, &Expiry::begin_judged, sql_text(stream.unconsented));
    return done ? save_judged(stream, *last, *said) : done;
  }

  // ---- Who may keep their readings

  // All that decides about it: what has been said, and the rules. Records of customers, consent and pairings
  // do not expire; whoever takes them away otherwise has to empty retention_judged.
  Result<std::string> said_so_far() {
    const auto said = landing_.text(
        "SELECT COALESCE(group_concat(name || ' ' || seq, ', '), '') FROM (SELECT name, seq FROM "
        "sqlite_sequence "
        "WHERE name IN ('customer', 'consent', 'pairing') ORDER BY name)");
    if (!said) return said;
    static const std::string rules =
        hex(sha256(sql_text("jobs/subject_state.sql") + sql_text("jobs/serial_owner.sql") +
                   sql_text(streams[0].unconsented) + sql_text(streams[1].unconsented)));
    return *said + "; rules " + rules;
  }

  Result<std::int64_t> judged_up_to(const Stream& stream, const std::string& said) {
    auto find = landing_.prepare("SELECT up_to FROM retention_judged WHERE stream = ? AND said = ?");
    if (!find) return Failure(find.error());
    find->bind_all(stream.table, said);
    const auto row = find->step();
    if (!row) return Failure(row.error());
    return *row ? find->integer(0) : 0;
  }

  Result<void> save_judged(const Stream& stream, std::int64_t up_to, const std::string& said) {
    auto save = landing_.prepare("INSERT OR REPLACE INTO retention_judged VALUES (?, ?, ?)");
    if (!save) return Failure(save.error());
    save->bind_all(stream.table, up_to, said);
    return save->run();
  }

  Result<void> judge_people() {
    const auto said = said_so_far();
    if (!said) return Failure(said.error());
    if (*said == judged_by_) return {};
    judged_by_ = *said;
    return landing_.execute(
        "DROP TABLE IF EXISTS temp.person; DROP TABLE IF EXISTS temp.owner;"
        "CREATE TEMP TABLE person AS " +
        sql_text("jobs/subject_state.sql") +
        ";CREATE UNIQUE INDEX temp.person_by_id ON person (subject_id);"
        "CREATE TEMP TABLE owner AS " +
        sql_text("jobs/serial_owner.sql") +
        ";CREATE UNIQUE INDEX temp.owner_by_id ON owner (trainer_id, from_ms)");
  }

  Result<sqlite::Transaction> begin_at_once() { return landing_.begin_immediate(); }

  // Whoever agreed a moment ago keeps their readings: what was judged before the lock holds if nobody has
  // spoken since.
  Result<sqlite::Transaction> begin_judged() {
    for (int i = 0; i < judged_before_lock; ++i) {
      if (auto judged = judge_people(); !judged) return Failure(judged.error());
      auto transaction = landing_.begin_immediate();
      if (!transaction) return transaction;
      const auto said = said_so_far();
      if (!said) return Failure(said.error());
      if (*said == judged_by_) return transaction;
    }
    auto transaction = landing_.begin_immediate();
    if (!transaction) return transaction;
    if (auto judged = judge_people(); !judged) return Failure(judged.error());
    return transaction;
  }

  // ---- Rows that go

  // Rows with an ingest_id in (after, last]; `doomed` selects those of (?1, ?2] that go.
  Result<void> in_windows(const Stream& stream, std::int64_t after, std::int64_t last, Begin begin,
                          const std::string& doomed) {
    for (; after < last; after += seams_.window_rows) {
      auto done = expire_window(stream, after, std::min(after + seams_.window_rows, last), begin, doomed);
      if (!done) return done;
    }
    return {};
  }

  Result<void> expire_window(const Stream& stream, std::int64_t after, std::int64_t up_to, Begin begin,
                             const std::string& doomed) {
    auto transaction = (this->*begin)();
    if (!transaction) return Failure(transaction.error());
    if (auto emptied = landing_.execute("DELETE FROM temp.doomed"); !emptied) return emptied;
    auto choose = landing_.prepare("INSERT INTO temp.doomed " + doomed);
    if (!choose) return Failure(choose.error());
    choose->bind_all(after, up_to);
    if (auto chosen = choose->run(); !chosen) return chosen;
    const std::int64_t rows = landing_.changed_rows();
    if (rows == 0) return {};
    if (auto removed = remove_doomed(stream, rows); !removed) return removed;
    if (auto committed = transaction->commit(); !committed) return committed;
    expired_.*stream.count += rows;
    return {};
  }

  Result<void> remove_doomed(const Stream& stream, std::int64_t rows) {
    const std::string table = stream.table;
    const std::string owner = stream.owner;
    const std::string time = stream.time;
    const std::string doomed = table + " JOIN temp.doomed USING (ingest_id)";
    return landing_.execute(
        "INSERT INTO removed_cell (" + owner + ", from_ms, to_ms) SELECT " + owner + ", MIN(" + time +
        "), MAX(" + time + ") + 1 FROM " + doomed + " GROUP BY " + owner + ", " + time + " / " +
        std::to_string(day_ms) +
        ";DELETE FROM removed_cell WHERE removal_id <= (SELECT MAX(removal_id) FROM removed_cell) - " +
        std::to_string(seams_.removals_kept) + ";INSERT OR IGNORE INTO temp.left_" +
        owner.substr(0, owner.find('_')) + " SELECT " + owner + " FROM " + doomed +
        ";INSERT OR IGNORE INTO temp.left_spelling SELECT spelling_id FROM " + doomed +
        " WHERE spelling_id IS NOT NULL;DELETE FROM " + table +
        " WHERE ingest_id IN (SELECT ingest_id FROM temp.doomed);INSERT INTO expired VALUES ('" + table +
        "', " + std::to_string(rows) +
        ") ON CONFLICT (stream) DO UPDATE SET records = records + excluded.records");
  }

  Result<void> expire_payloads(std::int64_t days) {
    while (true) {
      const auto emptied = landing::expire_payloads(landing_, days, now_ms_, seams_.window_rows);
      if (!emptied) return Failure(emptied.error());
      expired_.payloads += *emptied;
      if (*emptied < seams_.window_rows) return {};
    }
  }

  sqlite::Database& landing_;
  std::int64_t now_ms_;
  const RetentionSeams& seams_;
  std::string judged_by_;
  Expired expired_;
};

}  // namespace

Result<Expired> expire(const StoreFolder& store, const Retention& retention, const Clock& clock,
                       const RetentionSeams& seams) {
  if (!retention.is_on()) return Expired{};
  if (auto there = landing::open_landing_for_reading(store.dir); !there) return Failure(there.error());
  auto landing = landing::open_landing_for_writing(store.dir, clock);
  if (!landing) return Failure(landing.error());
  auto expired = Expiry(*landing, clock.wall_ms(), seams).run(retention);
  if (!expired) return in_context("retention", expired.error());
  // A reader in the way leaves the log to the next checkpoint.
  if (auto emptied = empty_log(*landing, sqlite::default_busy_ms); !emptied) return Failure(emptied.error());
  return expired;
}

}  // namespace stedi::lakehouse
