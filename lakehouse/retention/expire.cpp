#include <algorithm>
#include <array>
#include <string>

#include "lakehouse/landing/store.hpp"
#include "lakehouse/retention/retention.hpp"
#include "lakehouse/sql/sql_files.hpp"

namespace stedi::lakehouse {

namespace {

constexpr std::int64_t day_ms = 86'400'000;
// Rows looked at in one transaction: a gateway's commit waits for no more than that.
constexpr std::int64_t window_rows = 20'000;

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
  Expiry(sqlite::Database& landing, std::int64_t now_ms) : landing_(landing), now_ms_(now_ms) {}

  Result<Expired> run(const Retention& retention) {
    auto done = landing_.execute(
        "CREATE TEMP TABLE doomed (ingest_id INTEGER PRIMARY KEY);"
        "CREATE TEMP TABLE left_subject (subject_id INTEGER PRIMARY KEY);"
        "CREATE TEMP TABLE left_trainer (trainer_id INTEGER PRIMARY KEY);"
        "CREATE TEMP TABLE left_spelling (spelling_id INTEGER PRIMARY KEY)");
    for (const Stream& stream : streams) {
      if (done && retention.landing_days) done = expire_all(stream, *retention.landing_days);
    }
    for (const Stream& stream : streams) {
      if (done && retention.unconsented_days) done = expire_unconsented(stream, *retention.unconsented_days);
    }
    if (done && expired_.accelerometer + expired_.step_trainer > 0) done = forget_names();
    if (!done) return Failure(done.error());
    return expired_;
  }

 private:
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

  Result<void> expire_all(const Stream& stream, std::int64_t days) {
    std::string select =
        "SELECT ingest_id FROM " + std::string(stream.table) + " WHERE ingest_id > ?1 AND ingest_id <= ?2";
    return in_windows(stream, days, [&] { return select; });
  }

  Result<void> expire_unconsented(const Stream& stream, std::int64_t days) {
    judged_up_to_ = -1;
    return in_windows(stream, days, [&]() -> Result<std::string> {
      if (auto judged = judge_people(); !judged) return Failure(judged.error());
      return sql_text(stream.unconsented);
    });
  }

  // Inside the window's transaction: whoever agreed a moment ago keeps their readings.
  Result<void> judge_people() {
    const auto said = landing_.integer(
        "SELECT (SELECT COALESCE(MAX(ingest_id), 0) FROM customer) + (SELECT COALESCE(MAX(ingest_id), 0) "
        "FROM consent)"
        " + (SELECT COALESCE(MAX(ingest_id), 0) FROM pairing)");
    if (!said) return Failure(said.error());
    if (*said == judged_up_to_) return {};
    judged_up_to_ = *said;
    return landing_.execute(
        "DROP TABLE IF EXISTS temp.person; DROP TABLE IF EXISTS temp.owner;"
        "CREATE TEMP TABLE person AS " +
        sql_text("jobs/subject_state.sql") +
        ";CREATE UNIQUE INDEX temp.person_by_id ON person (subject_id);"
        "CREATE TEMP TABLE owner AS " +
        sql_text("jobs/serial_owner.sql") +
        ";CREATE UNIQUE INDEX temp.owner_by_id ON owner (trainer_id, from_ms)");
  }

  template <typename Select>
  Result<void> in_windows(const Stream& stream, std::int64_t days, Select select) {
    const auto last = last_expired(stream, days);
    if (!last) return Failure(last.error());
    const auto first =
        landing_.integer("SELECT COALESCE(MIN(ingest_id), 0) FROM " + std::string(stream.table));
    if (!first) return Failure(first.error());
    for (std::int64_t after = *first - 1; after < *last; after += window_rows) {
      auto done = expire_window(stream, after, std::min(after + window_rows, *last), select);
      if (!done) return done;
    }
    return {};
  }

  template <typename Select>
  Result<void> expire_window(const Stream& stream, std::int64_t after, std::int64_t up_to, Select select) {
    auto transaction = landing_.begin_immediate();
    if (!transaction) return Failure(transaction.error());
    const Result<std::string> doomed = select();
    if (!doomed) return Failure(doomed.error());
    if (auto emptied = landing_.execute("DELETE FROM temp.doomed"); !emptied) return emptied;
    auto choose = landing_.prepare("INSERT INTO temp.doomed " + *doomed);
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
        std::to_string(day_ms) + ";INSERT OR IGNORE INTO temp.left_" + owner.substr(0, owner.find('_')) +
        " SELECT " + owner + " FROM " + doomed +
        ";INSERT OR IGNORE INTO temp.left_spelling SELECT spelling_id FROM " + doomed +
        " WHERE spelling_id IS NOT NULL;DELETE FROM " + table +
        " WHERE ingest_id IN (SELECT ingest_id FROM temp.doomed);INSERT INTO expired VALUES ('" + table +
        "', " + std::to_string(rows) +
        ") ON CONFLICT (stream) DO UPDATE SET records = records + excluded.records");
  }

  // Emails and serials of which nothing is left. Writers drop their caches when the epoch has moved.
  Result<void> forget_names() {
    auto transaction = landing_.begin_immediate();
    if (!transaction) return Failure(transaction.error());
    const auto names = [&] {
      return landing_.integer(
          "SELECT (SELECT COUNT(*) FROM subject) + (SELECT COUNT(*) FROM trainer) + "
          "(SELECT COUNT(*) FROM spelling)");
    };
    const auto before = names();
    if (!before) return Failure(before.error());
    if (auto forgotten = landing_.execute(sql_text("retention/forget_names.sql")); !forgotten)
      return forgotten;
    const auto after = names();
    if (!after) return Failure(after.error());
    if (*before == *after) return {};
    if (auto moved = landing_.execute("UPDATE store SET epoch = epoch + 1"); !moved) return moved;
    return transaction->commit();
  }

  sqlite::Database& landing_;
  std::int64_t now_ms_;
  std::int64_t judged_up_to_ = -1;
  Expired expired_;
};

}  // namespace

Result<Expired> expire(const StoreFolder& store, const Retention& retention, const Clock& clock) {
  if (!retention.is_on()) return Expired{};
  if (auto there = landing::open_landing_for_reading(store.dir); !there) return Failure(there.error());
  auto landing = landing::open_landing_for_writing(store.dir, clock);
  if (!landing) return Failure(landing.error());
  auto expired = Expiry(*landing, clock.wall_ms()).run(retention);
  if (!expired) return in_context("retention", expired.error());
  // A reader in the way leaves the log to the next checkpoint.
  if (auto emptied = landing->checkpoint_truncate("main"); !emptied) return Failure(emptied.error());
  return expired;
}

}  // namespace stedi::lakehouse
