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
    return landing_.integer(
        "SELECT COALESCE(MIN(batch.first_id) - 1, (SELECT COALESCE(MAX(ingest_id), 0) FROM " +
            std::string(stream.name) +
            ")) FROM batch JOIN source ON source.source_id = batch.source_id "
            "WHERE source.stream = ? AND batch.received > ? AND batch.landed > 0",
        stream.name, now_ms_ - days * day_ms);
  }

  Result<std::int64_t> before_first(const SensorTable& stream) {
    const auto first =
        TRY(landing_.integer("SELECT COALESCE(MIN(ingest_id), 1) FROM " + std::string(stream.name)));
    return first - 1;
  }

  Result<void> expire_all(const SensorTable& stream, std::int64_t days) {
    const auto last = TRY(last_expired(stream, days));
    const auto after = TRY(before_first(stream));
    return in_windows(
        stream, after, last, Begin::at_once,
        "SELECT ingest_id FROM " + std::string(stream.name) + " WHERE ingest_id > ?1 AND ingest_id <= ?2");
  }

  Result<void> expire_unconsented(const SensorTable& stream, std::int64_t days) {
    const auto last = TRY(last_expired(stream, days));
    // As it is when the pass begins: what is said meanwhile makes the next one begin anew.
    const auto said = TRY(judge_.said_so_far());
    const auto first = TRY(before_first(stream));
    const auto judged = TRY(judge_.judged_up_to(stream.name, said));
    const std::int64_t after = std::max(first, judged);
    if (after >= last) return {};
    auto done = in_windows(stream, after, last, Begin::judged,
                           sql_text("retention/unconsented_{owner}_readings.sql", stream));
    return done ? judge_.save_judged(stream.name, last, said) : done;
  }

  // ---- Rows that go

  // Rows with an ingest_id in (after, last]; `doomed` selects those of (?1, ?2] that go.
  Result<void> in_windows(const SensorTable& stream, std::int64_t after, std::int64_t last, Begin begin,
                          const std::string& doomed) {
    for (; after < last; after += seams_.window_rows) {
      TRY(expire_window(stream, after, std::min(after + seams_.window_rows, last), begin, doomed));
    }
    return {};
  }

  Result<void> expire_window(const SensorTable& stream, std::int64_t after, std::int64_t up_to, Begin begin,
                             const std::string& doomed) {
    auto transaction = TRY(begin == Begin::judged ? judge_.begin() : landing_.begin_immediate());
    TRY(landing_.execute("DELETE FROM temp.doomed"));
    TRY(landing_.run("INSERT INTO temp.doomed " + doomed, after, up_to));
    const std::int64_t rows = landing_.changed_rows();
    if (rows == 0) return {};
    TRY(landing_.execute(sql_text("retention/remove_readings.sql", stream)));
    TRY(forget_oldest_removals());
    TRY(transaction.commit());
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
      const auto emptied = TRY(landing::expire_payloads(landing_, days, now_ms_, seams_.window_rows));
      expired_.payloads += emptied;
      if (emptied < seams_.window_rows) return {};
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
  TRY(landing::open_landing_for_reading(store.dir));
  auto landing = TRY(landing::open_landing_for_writing(store.dir, clock));
  auto expired = TRY_IN("retention", Expiry(landing, clock.wall_ms(), seams).run(retention));
  // A reader in the way leaves the log to the next checkpoint.
  TRY(empty_log(landing, sqlite::default_busy_ms));
  return expired;
}

}  // namespace stedi::lakehouse
