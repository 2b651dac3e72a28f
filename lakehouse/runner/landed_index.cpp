#include "lakehouse/runner/landed_index.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <unordered_map>

#include "core/sqlite/row_sink.hpp"
#include "lakehouse/tables/sql_files.hpp"

namespace stedi::lakehouse {

namespace {

struct RecordIndex {
  std::string_view index;
  std::string_view landing_table;
  std::string_view key;
};
constexpr std::array<RecordIndex, 2> record_indexes = {
    {{"serial_record", "customer", "trainer_id"}, {"serial_pairing", "pairing", "trainer_id"}}};

struct RowSpan {
  std::int64_t id;
  std::int64_t first_ms, last_ms;
  std::int64_t first_id, last_id;
};

// Turns readings (ingest_id, whose, time) in the order they landed into row spans.
class RowSpanBuilder final : public sqlite::RowSink {
 public:
  // `spans`, unless null, gets those of the row spans.
  RowSpanBuilder(sqlite::Statement insert, std::vector<Span>* spans, const IndexLimits& limits)
      : insert_(std::move(insert)), spans_(spans), limits_(limits) {}

  void take(std::span<const std::int64_t> reading) override { add(reading[1], reading[2], reading[0]); }

  // What is still in memory, after the last reading.
  Result<void> finish() { return outcome_ ? flush() : outcome_; }

 private:
  void add(std::int64_t id, std::int64_t time_ms, std::int64_t ingest_id) {
    const Key key{id, day_of(time_ms)};
    auto& place = key == latest_key_ && latest_ != nullptr ? *latest_ : place_of(key);
    if (place < row_spans_.size() &&
        ingest_id - row_spans_[place].last_id <= limits_.max_rows_apart_in_row_span) {
      RowSpan& row_span = row_spans_[place];
      row_span.last_id = ingest_id;
      row_span.first_ms = std::min(row_span.first_ms, time_ms);
      row_span.last_ms = std::max(row_span.last_ms, time_ms);
      return;
    }
    place = row_spans_.size();
    row_spans_.push_back({id, time_ms, time_ms, ingest_id, ingest_id});
    if (row_spans_.size() >= limits_.max_row_spans_in_memory && outcome_) outcome_ = flush();
  }

  Result<void> flush() {
    std::ranges::sort(row_spans_, {}, [](const RowSpan& row_span) {
      return std::tie(row_span.id, row_span.last_ms, row_span.first_id);
    });
    for (const RowSpan& row_span : row_spans_) {
      TRY(insert_.run(row_span.id, row_span.last_ms, row_span.first_id, row_span.last_id, row_span.first_ms));
      if (spans_ != nullptr) spans_->push_back({row_span.id, row_span.first_ms, row_span.last_ms + 1});
    }
    row_spans_.clear();
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

  // The latest row span of a person and day; one past the end when there is none.
  std::size_t& place_of(const Key& key) {
    latest_ = &open_.try_emplace(key, row_spans_.size()).first->second;
    latest_key_ = key;
    return *latest_;
  }

  sqlite::Statement insert_;
  std::vector<Span>* spans_;
  IndexLimits limits_;
  Result<void> outcome_;  // of what has been written so far
  std::vector<RowSpan> row_spans_;
  std::unordered_map<Key, std::size_t, KeyHash> open_;
  std::size_t* latest_ = nullptr;  // of open_: neighbours mostly belong together
  Key latest_key_{};
};

Result<void> clear_landed_index(sqlite::Database& zones) {
  std::string sql;
  for (const RecordIndex& each : record_indexes) sql += "DELETE FROM main." + std::string(each.index) + ";";
  for (const SensorTable& readings : sensor_tables())
    sql += "DELETE FROM main." + std::string(readings.name) + "_run;";
  return zones.execute(sql);
}

}  // namespace

Result<void> index_records(sqlite::Database& zones, const Cursor& from, const Cursor& to) {
  for (const RecordIndex& each : record_indexes) {
    const std::string key(each.key);
    std::string sql = "INSERT INTO main.";
    sql.append(each.index).append(" (").append(key).append(", ingest_id) SELECT ").append(key);
    sql.append(", ingest_id FROM landing.").append(each.landing_table);
    sql.append(" WHERE ingest_id > ").append(std::to_string(from.of(each.landing_table)));
    sql.append(" AND ingest_id <= ").append(std::to_string(to.of(each.landing_table)));
    sql.append(" AND ").append(key).append(" IS NOT NULL ORDER BY ").append(key).append(", ingest_id");
    TRY_IN("index " + std::string(each.index), zones.execute(sql));
  }
  return {};
}

Result<void> index_readings(sqlite::Database& zones, const SensorTable& readings, const Cursor& from,
                            const Cursor& to, std::vector<Span>* spans, const IndexLimits& limits) {
  auto insert = TRY(zones.prepare(sql_about(readings,
                                            "INSERT INTO main.{stream}_run ({owner_id}, last_ms, first_id, "
                                            "last_id, first_ms) VALUES (?, ?, ?, ?, ?)")));
  RowSpanBuilder row_spans(std::move(insert), spans, limits);
  TRY(sqlite::register_row_sink(zones, "index_reading", 3, row_spans));
  TRY(zones.run(sql_about(readings,
                          "SELECT index_reading(ingest_id, {owner_id}, {time}) FROM "
                          "landing.{stream} WHERE ingest_id > ? AND ingest_id <= ?"),
                from.of(readings.name), to.of(readings.name)));
  return row_spans.finish();
}

Result<void> narrow_row_spans(sqlite::Database& zones, const SensorTable& readings, const Cursor& from,
                              const Cursor& to) {
  if (from.removal_id == to.removal_id) return {};
  TRY(zones.run(sql_text("incremental/touched_row_spans.sql", readings), from.removal_id, to.removal_id));
  return zones.execute(sql_text("incremental/narrow_row_spans.sql", readings));
}

Result<void> extend_landed_index(sqlite::Database& zones, const Cursor& from, const Cursor& to,
                                 const IndexLimits& limits) {
  if (from.store_uuid.empty()) TRY(clear_landed_index(zones));
  TRY(index_records(zones, from, to));
  for (const SensorTable& readings : sensor_tables()) {
    TRY(index_readings(zones, readings, from, to, nullptr, limits));
    if (from.store_uuid.empty()) continue;
    TRY(narrow_row_spans(zones, readings, from, to));
  }
  return {};
}

}  // namespace stedi::lakehouse
