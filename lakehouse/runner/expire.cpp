#include <algorithm>
#include <array>
#include <string>

#include "lakehouse/landing/expire_payloads.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/runner/retention.hpp"
#include "lakehouse/runner/retention_judge.hpp"
#include "lakehouse/runner/retention_names.hpp"
#include "lakehouse/runner/span.hpp"
#include "lakehouse/store/empty_log.hpp"
#include "lakehouse/tables/sql_files.hpp"

namespace stedi::lakehouse {

namespace {

class Expiry {
 public:
  Expiry(sqlite::Database& landing, std::int64_t now_ms, const RetentionSeams& seams)
      : landing_(landing), judge_(landing), now_ms_(now_ms), seams_(seams) {}

  Result<Expired> run(const Retention& retention) {
    auto done = landing_.execute("CREATE TEMP TABLE doomed (ingest_id INTEGER PRIMARY KEY);" +
                                 std::string(left_names));
    for (const SensorTable& stream : sensor_tables()) {
      if (done && retention.landing_days) done = expire_all(stream, *retention.landing_days);
    }
    for (const SensorTable& stream : sensor_tables()) {
      if (done && retention.unconsented_days) done = expire_unconsented(stream, *retention.unconsented_days);
    }
    if (done && expired_.readings() > 0)
      done = forget_names(landing_, seams_.window_rows, seams_.names_searched);
    if (done && retention.payload_days) done = expire_payloads(*retention.payload_days);
    if (!done) return Failure(done.error());
    return expired_;
  }

 private:
  // Whether people are judged for a transaction, or age alone decides.
  enum class Begin { at_once, judged };

  // The last row of the batches before the first one that is too young: batches land in the order of their
  // rows.
  Result<std::int64_t> last_expired(const SensorTable& stream, std::int64_t days) {
    auto first_kept = landing_.prepare(
        "SELECT COALESCE(MIN(batch.first_id) - 1, (SELECT COALESCE(MAX(ingest_id), 0) FROM " +
        std::string(stream.name) +
        ")) FROM batch JOIN source ON source.source_id = batch.source_id "
        "WHERE source.stream = ? AND batch.received > ? AND batch.landed > 0");
    if (!first_kept) return Failure(first_kept.error());
    first_kept->bind_all(stream.name, now_ms_ - days * day_ms);
    const auto row = first_kept->step();
    if (!row) return Failure(row.error());
    return first_kept->integer(0);
  }

  Result<std::int64_t> before_first(const SensorTable& stream) {
    const auto first =
        landing_.integer("SELECT COALESCE(MIN(ingest_id), 1) FROM " + std::string(stream.name));
    if (!first) return Failure(first.error());
    return *first - 1;
  }

  Result<void> expire_all(const SensorTable& stream, std::int64_t days) {
    const auto last = last_expired(stream, days);
    if (!last) return Failure(last.error());
    const auto after = before_first(stream);
    if (!after) return Failure(after.error());
    return in_windows(
        stream, *after, *last, Begin::at_once,
        "SELECT ingest_id FROM " + std::string(stream.name) + " WHERE ingest_id > ?1 AND ingest_id <= ?2");
  }

  Result<void> expire_unconsented(const SensorTable& stream, std::int64_t days) {
    const auto last = last_expired(stream, days);
    if (!last) return Failure(last.error());
    // As it is when the pass begins: what is said meanwhile makes the next one begin anew.
    const auto said = judge_.said_so_far();
    if (!said) return Failure(said.error());
    const auto first = before_first(stream);
    if (!first) return Failure(first.error());
    const auto judged = judge_.judged_up_to(stream.name, *said);
    if (!judged) return Failure(judged.error());
    const std::int64_t after = std::max(*first, *judged);
    if (after >= *last) return {};
    auto done = in_windows(stream, after, *last, Begin::judged,
                           sql_text("retention/unconsented_{owner}_readings.sql", stream));
    return done ? judge_.save_judged(stream.name, *last, *said) : done;
  }

  // ---- Rows that go

  // Rows with an ingest_id in (after, last]; `doomed` selects those of (?1, ?2] that go.
  Result<void> in_windows(const SensorTable& stream, std::int64_t after, std::int64_t last, Begin begin,
                          const std::string& doomed) {
    for (; after < last; after += seams_.window_rows) {
      auto done = expire_window(stream, after, std::min(after + seams_.window_rows, last), begin, doomed);
      if (!done) return done;
    }
    return {};
  }

  Result<void> expire_window(const SensorTable& stream, std::int64_t after, std::int64_t up_to, Begin begin,
                             const std::string& doomed) {
    auto transaction = begin == Begin::judged ? judge_.begin() : landing_.begin_immediate();
    if (!transaction) return Failure(transaction.error());
    if (auto emptied = landing_.execute("DELETE FROM temp.doomed"); !emptied) return emptied;
    auto choose = landing_.prepare("INSERT INTO temp.doomed " + doomed);
    if (!choose) return Failure(choose.error());
    choose->bind_all(after, up_to);
    if (auto chosen = choose->run(); !chosen) return chosen;
    const std::int64_t rows = landing_.changed_rows();
    if (rows == 0) return {};
    if (auto removed = landing_.execute(sql_text("retention/remove_readings.sql", stream)); !removed)
      return removed;
    if (auto forgotten = forget_oldest_removals(); !forgotten) return forgotten;
    if (auto committed = transaction->commit(); !committed) return committed;
    expired_.by_stream[std::string(stream.name)] += rows;
    return {};
  }

  Result<void> forget_oldest_removals() {
    return landing_.execute(
        "DELETE FROM removed_cell WHERE removal_id <= (SELECT MAX(removal_id) FROM removed_cell) - " +
        std::to_string(seams_.removals_kept));
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
  Judge judge_;
  std::int64_t now_ms_;
  const RetentionSeams& seams_;
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
