#include "lakehouse/runner/landed_index.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <tuple>
#include <unordered_map>

#include "core/sqlite/row_sink.hpp"

namespace stedi::lakehouse {

namespace {

struct RecordIndex {
  std::string_view index;
  std::string_view landing_table;
  std::string_view key;
};
constexpr std::array<RecordIndex, 2> record_indexes = {
    {{"serial_record", "customer", "trainer_id"}, {"serial_pairing", "pairing", "trainer_id"}}};

struct ReadingColumns {
  std::string table;
  std::string key;
  std::string time;
};

ReadingColumns columns_of(ReadingTable table) {
  if (table == ReadingTable::accelerometer) return {"accelerometer", "subject_id", "timestamp"};
  return {"step_trainer", "trainer_id", "sensorReadingTime"};
}

constexpr std::array<ReadingTable, 2> reading_tables = {ReadingTable::accelerometer,
                                                        ReadingTable::step_trainer};

using Runs = std::vector<LandedRun>;
// Gets runs in the order of the index, as many as are held in memory at a time; may take them away.
using TakeRuns = std::function<Result<void>(Runs& sorted)>;

// Turns readings (ingest_id, whose, time) in the order they landed into runs.
class RunBuilder final : public sqlite::RowSink {
 public:
  RunBuilder(TakeRuns take_runs, const IndexLimits& limits)
      : take_runs_(std::move(take_runs)), limits_(limits) {}

  void take(std::span<const std::int64_t> reading) override { add(reading[1], reading[2], reading[0]); }

  // What is still in memory, after the last reading.
  Result<void> finish() { return outcome_ ? flush() : outcome_; }

 private:
  void add(std::int64_t id, std::int64_t time_ms, std::int64_t ingest_id) {
    const Key key{id, day_of(time_ms)};
    auto& place = key == latest_key_ && latest_ != nullptr ? *latest_ : place_of(key);
    if (place < runs_.size() && ingest_id - runs_[place].last_id <= limits_.max_rows_apart_in_run) {
      LandedRun& run = runs_[place];
      run.last_id = ingest_id;
      run.first_ms = std::min(run.first_ms, time_ms);
      run.last_ms = std::max(run.last_ms, time_ms);
      return;
    }
    place = runs_.size();
    runs_.push_back({id, time_ms, time_ms, ingest_id, ingest_id});
    if (runs_.size() >= limits_.max_runs_in_memory && outcome_) outcome_ = flush();
  }

  Result<void> flush() {
    std::ranges::sort(runs_, {},
                      [](const LandedRun& run) { return std::tie(run.id, run.last_ms, run.first_id); });
    if (auto taken = take_runs_(runs_); !taken) return taken;
    runs_.clear();
    open_.clear();
    latest_ = nullptr;
    return {};
  }

  struct Key {
    std::int64_t id;
    std::int64_t day;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return std::hash<std::int64_t>()(key.id * 1'000'003 + key.day);
    }
  };

  // The latest run of a person and day; one past the end when there is none.
  std::size_t& place_of(const Key& key) {
    latest_ = &open_.try_emplace(key, runs_.size()).first->second;
    latest_key_ = key;
    return *latest_;
  }

  TakeRuns take_runs_;
  IndexLimits limits_;
  Result<void> outcome_;  // of what has been written so far
  Runs runs_;
  std::unordered_map<Key, std::size_t, KeyHash> open_;
  std::size_t* latest_ = nullptr;  // of open_: neighbours mostly belong together
  Key latest_key_{};
};

Result<void> clear_landed_index(sqlite::Database& zones) {
  for (const std::string_view table :
       {"serial_record", "serial_pairing", "accelerometer_run", "step_trainer_run"}) {
    if (auto emptied = zones.execute("DELETE FROM main." + std::string(table)); !emptied) return emptied;
  }
  return {};
}

Result<sqlite::Statement> prepare_insert(sqlite::Database& zones, ReadingTable table) {
  const ReadingColumns names = columns_of(table);
  return zones.prepare("INSERT INTO main." + names.table + "_run (" + names.key +
                       ", last_ms, first_id, last_id, first_ms) VALUES (?, ?, ?, ?, ?)");
}

Result<void> insert_runs(sqlite::Statement& insert, const Runs& runs) {
  for (const LandedRun& run : runs) {
    insert.bind_all(run.id, run.last_ms, run.first_id, run.last_id, run.first_ms);
    if (auto inserted = insert.run(); !inserted) return inserted;
  }
  return {};
}

// `database` has landing.db attached.
Result<void> find_runs(sqlite::Database& database, ReadingTable table, const Cursor& from, const Cursor& to,
                       const TakeRuns& take_runs, const IndexLimits& limits) {
  const ReadingColumns names = columns_of(table);
  RunBuilder runs(take_runs, limits);
  if (auto made = sqlite::register_row_sink(database, "index_reading", 3, runs); !made) return made;
  auto read = database.prepare("SELECT index_reading(ingest_id, " + names.key + ", " + names.time +
                               ") FROM landing." + names.table + " WHERE ingest_id > ? AND ingest_id <= ?");
  if (!read) return Failure(read.error());
  read->bind_all(from.of(names.table), to.of(names.table));
  if (auto done = read->run(); !done) return done;
  return runs.finish();
}

// nullopt: they have to be looked for where the jobs run.
std::optional<Runs> find_runs_apart(const std::filesystem::path& landing_file, ReadingTable table,
                                    const Cursor& landed, const IndexLimits& limits) {
  auto database = sqlite::Database::in_memory();
  if (!database || !database->attach(landing_file, "landing") || !database->execute("BEGIN"))
    return std::nullopt;
  const auto seen = read_landing_cursor(*database);
  if (!seen || *seen != landed) return std::nullopt;
  Runs found;
  bool fits = true;
  const auto keep = [&](Runs& runs) -> Result<void> {
    fits = fits && found.empty();
    if (fits) found = std::move(runs);
    return {};
  };
  const auto done = find_runs(*database, table, Cursor{}, landed, keep, limits);
  return done && fits ? std::optional(std::move(found)) : std::nullopt;
}

}  // namespace

// No launch policy: when no thread can be had, write() looks.
LandedIndexAhead::LandedIndexAhead(const std::filesystem::path& landing_file, const Cursor& landed,
                                   const IndexLimits& limits)
    : landed_(landed), limits_(limits) {
  for (const ReadingTable table : reading_tables) {
    found_.push_back(std::async([landing_file, table, landed, limits] {
      return find_runs_apart(landing_file, table, landed, limits);
    }));
  }
}

Result<void> LandedIndexAhead::write(sqlite::Database& zones) {
  if (auto cleared = clear_landed_index(zones); !cleared) return cleared;
  if (auto indexed = index_records(zones, Cursor{}, landed_); !indexed) return indexed;
  for (std::size_t i = 0; i < reading_tables.size(); ++i) {
    const auto found = found_[i].get();
    if (!found) {
      auto indexed = index_readings(zones, reading_tables[i], Cursor{}, landed_, nullptr, limits_);
      if (!indexed) return indexed;
      continue;
    }
    auto insert = prepare_insert(zones, reading_tables[i]);
    if (!insert) return Failure(insert.error());
    if (auto written = insert_runs(*insert, *found); !written) return written;
  }
  return {};
}

Result<void> index_records(sqlite::Database& zones, const Cursor& from, const Cursor& to) {
  for (const RecordIndex& each : record_indexes) {
    const std::string key(each.key);
    std::string sql = "INSERT INTO main.";
    sql.append(each.index).append(" (").append(key).append(", ingest_id) SELECT ").append(key);
    sql.append(", ingest_id FROM landing.").append(each.landing_table);
    sql.append(" WHERE ingest_id > ").append(std::to_string(from.of(each.landing_table)));
    sql.append(" AND ingest_id <= ").append(std::to_string(to.of(each.landing_table)));
    sql.append(" AND ").append(key).append(" IS NOT NULL ORDER BY ").append(key).append(", ingest_id");
    const auto added = zones.execute(sql);
    if (!added) return in_context("index " + std::string(each.index), added.error());
  }
  return {};
}

Result<void> index_readings(sqlite::Database& zones, ReadingTable table, const Cursor& from, const Cursor& to,
                            std::vector<Span>* spans, const IndexLimits& limits) {
  auto insert = prepare_insert(zones, table);
  if (!insert) return Failure(insert.error());
  const auto write = [&](const Runs& runs) -> Result<void> {
    for (const LandedRun& run : runs)
      if (spans != nullptr) spans->push_back({run.id, run.first_ms, run.last_ms + 1});
    return insert_runs(*insert, runs);
  };
  return find_runs(zones, table, from, to, write, limits);
}

Result<void> narrow_runs(sqlite::Database& zones, ReadingTable table, const Cursor& from, const Cursor& to) {
  if (from.removal_id == to.removal_id) return {};
  const ReadingColumns names = columns_of(table);
  const std::string runs = "main." + names.table + "_run";
  return zones.execute(
      "CREATE TEMP TABLE touched_run AS SELECT DISTINCT run." + names.key +
      " AS id, run.last_ms, run.first_id, run.last_id, run.first_ms FROM landing.removed_cell AS cell "
      "CROSS JOIN " +
      runs + " AS run ON run." + names.key + " = cell." + names.key +
      " AND run.last_ms >= cell.from_ms AND run.last_ms < cell.to_ms + " + std::to_string(day_ms) +
      " AND run.first_ms < cell.to_ms WHERE cell.removal_id > " + std::to_string(from.removal_id) +
      " AND cell.removal_id <= " + std::to_string(to.removal_id) +
      " AND cell.from_ms IS NOT NULL;DELETE FROM " + runs + " WHERE (" + names.key +
      ", last_ms, first_id) IN (SELECT id, last_ms, first_id FROM temp.touched_run);INSERT INTO " + runs +
      " (" + names.key + ", last_ms, first_id, last_id, first_ms) SELECT run.id, MAX(landed." + names.time +
      "), MIN(landed.ingest_id), MAX(landed.ingest_id), MIN(landed." + names.time +
      ") FROM temp.touched_run AS run CROSS JOIN landing." + names.table +
      " AS landed NOT INDEXED ON landed.ingest_id BETWEEN run.first_id AND run.last_id AND landed." +
      names.key + " = run.id AND landed." + names.time +
      " BETWEEN run.first_ms AND run.last_ms GROUP BY run.id, run.last_ms, run.first_id;"
      "DROP TABLE temp.touched_run");
}

Result<void> extend_landed_index(sqlite::Database& zones, const Cursor& from, const Cursor& to,
                                 const IndexLimits& limits) {
  if (auto indexed = index_records(zones, from, to); !indexed) return indexed;
  for (const ReadingTable table : reading_tables) {
    if (auto indexed = index_readings(zones, table, from, to, nullptr, limits); !indexed) return indexed;
    if (auto narrowed = narrow_runs(zones, table, from, to); !narrowed) return narrowed;
  }
  return {};
}

}  // namespace stedi::lakehouse
