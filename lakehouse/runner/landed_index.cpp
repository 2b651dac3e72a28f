#include "lakehouse/runner/landed_index.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <unordered_map>

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

struct Run {
  std::int64_t id;
  std::int64_t first_ms, last_ms;
  std::int64_t first_id, last_id;
};

// Turns readings in the order they landed into runs.
class RunBuilder {
 public:
  explicit RunBuilder(sqlite::Statement insert) : insert_(std::move(insert)) {}

  Result<void> add(std::int64_t id, std::int64_t time_ms, std::int64_t ingest_id, std::vector<Span>* spans) {
    const Key key{id, day_of(time_ms)};
    auto& place = key == latest_key_ && latest_ != nullptr ? *latest_ : place_of(key);
    if (place < runs_.size() && ingest_id - runs_[place].last_id <= max_rows_apart_in_run) {
      Run& run = runs_[place];
      run.last_id = ingest_id;
      run.first_ms = std::min(run.first_ms, time_ms);
      run.last_ms = std::max(run.last_ms, time_ms);
      return {};
    }
    place = runs_.size();
    runs_.push_back({id, time_ms, time_ms, ingest_id, ingest_id});
    return runs_.size() < max_runs_in_memory ? Result<void>() : flush(spans);
  }

  Result<void> flush(std::vector<Span>* spans) {
    std::ranges::sort(runs_, {}, [](const Run& run) { return std::tie(run.id, run.last_ms, run.first_id); });
    for (const Run& run : runs_) {
      insert_.bind_all(run.id, run.last_ms, run.first_id, run.last_id, run.first_ms);
      if (auto inserted = insert_.run(); !inserted) return inserted;
      if (spans != nullptr) spans->push_back({run.id, run.first_ms, run.last_ms + 1});
    }
    runs_.clear();
    open_.clear();
    latest_ = nullptr;
    return {};
  }

 private:
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

  sqlite::Statement insert_;
  std::vector<Run> runs_;
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

}  // namespace

Result<void> index_records(sqlite::Database& zones, const Cursor& from, const Cursor& to) {
  for (const RecordIndex& each : record_indexes) {
    const std::string key(each.key);
    auto added =
        zones.execute("INSERT INTO main." + std::string(each.index) + " (" + key + ", ingest_id) SELECT " +
                      key + ", ingest_id FROM landing." + std::string(each.landing_table) +
                      " WHERE ingest_id > " + std::to_string(from.of(each.landing_table)) +
                      " AND ingest_id <= " + std::to_string(to.of(each.landing_table)) + " AND " + key +
                      " IS NOT NULL ORDER BY " + key + ", ingest_id");
    if (!added) return in_context("index " + std::string(each.index), added.error());
  }
  return {};
}

Result<void> index_readings(sqlite::Database& zones, ReadingTable table, const Cursor& from, const Cursor& to,
                            std::vector<Span>* spans) {
  const ReadingColumns names = columns_of(table);
  auto insert = zones.prepare("INSERT INTO main." + names.table + "_run (" + names.key +
                              ", last_ms, first_id, last_id, first_ms) VALUES (?, ?, ?, ?, ?)");
  if (!insert) return Failure(insert.error());
  auto rows = zones.prepare("SELECT ingest_id, " + names.key + ", " + names.time + " FROM landing." +
                            names.table + " WHERE ingest_id > ? AND ingest_id <= ? ORDER BY ingest_id");
  if (!rows) return Failure(rows.error());
  rows->bind_all(from.of(names.table), to.of(names.table));
  RunBuilder runs(std::move(*insert));
  for (auto row = rows->step(); true; row = rows->step()) {
    if (!row) return Failure(row.error());
    if (!*row) break;
    if (auto added = runs.add(rows->integer(1), rows->integer(2), rows->integer(0), spans); !added)
      return added;
  }
  return runs.flush(spans);
}

Result<void> extend_landed_index(sqlite::Database& zones, const Cursor& from, const Cursor& to) {
  if (from.store_uuid.empty()) {
    if (auto cleared = clear_landed_index(zones); !cleared) return cleared;
  }
  if (auto indexed = index_records(zones, from, to); !indexed) return indexed;
  for (const ReadingTable table : {ReadingTable::accelerometer, ReadingTable::step_trainer}) {
    if (auto indexed = index_readings(zones, table, from, to, nullptr); !indexed) return indexed;
  }
  return {};
}

}  // namespace stedi::lakehouse
