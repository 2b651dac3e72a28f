// Readings on their way into landing.db, as rows of ids and numbers that SQLite reads straight from memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/sensor_stream.hpp"
#include "core/sqlite/row_source.hpp"
#include "lakehouse/landing/dictionary.hpp"

namespace stedi::landing {

// The ids that SQLite gives the rows are first_id, first_id + 1, … in their order at the time they are read:
// given by it rather than by us, a row is appended without a search for its place.
class AppendedRows : public sqlite::RowSource {
 public:
  void set_first_id(std::int64_t id) { first_id_ = id; }
  std::int64_t first_id() const { return first_id_; }
  std::int64_t next_id() const { return first_id_ + static_cast<std::int64_t>(row_count()); }

 private:
  std::int64_t first_id_ = 1;
};

template <SensorReading Reading>
class ReadingRows final : public AppendedRows {
 public:
  // Of the landing table, in the order in which read() counts them.
  static std::string columns() { return plain_columns() + ", spelling_id, extra"; }
  static std::string plain_columns();

  void add(const Reading& reading, const Entry& owner, std::int64_t received_ms);
  // A reading whose owner is not an id of the store yet, but an index into OwnedReadings::owners.
  void add_owned(const Reading& reading, std::int64_t owner);
  void sort_by_owner_and_time();
  // Appends what add_owned() and sort_by_owner_and_time() made of `sorted`, in the order of their owners'
  // ids. `owners`: one for each that it names.
  void take(ReadingRows& sorted, const std::vector<Entry>& owners, std::int64_t received_ms);
  void clear();
  // True: no row has anything in the optional columns, which stand last.
  bool are_plain() const { return are_plain_; }
  std::size_t row_count() const override { return rows_.size(); }
  void read(std::size_t row, int column, sqlite::Cell& cell) const override;

 private:
  struct Row {
    std::int64_t owner_id;
    std::int64_t time_ms;
    Values<Reading> values;
    std::int64_t spelling_id;  // 0: none
    std::int32_t extra;        // index into extras_, or none: rows stay small
    bool implausible;
  };

  std::int32_t keep_extra(const std::string& extra);
  void read_extra(std::int32_t index, sqlite::Cell& cell) const;

  std::vector<Row> rows_;
  std::vector<std::string> extras_;
  bool are_plain_ = true;
};

// Readings on their way to the thread that knows the store's ids.
template <SensorReading Reading>
struct OwnedReadings {
  std::vector<std::string> owners;  // users or serials as they are spelled, each once
  ReadingRows<Reading> rows;
};

// The batch log's rows.
struct BatchRow {
  std::int64_t source_id = 0;
  std::optional<std::int64_t> seq;
  std::optional<std::int64_t> payload_hash;
  std::int64_t received_ms = 0;
  std::int64_t first_id = 0;  // meaningful when landed > 0
  std::int64_t landed = 0;
  std::int64_t quarantined = 0;
};

class BatchRows final : public AppendedRows {
 public:
  static constexpr std::string_view columns =
      "source_id, seq, payload_hash, received, first_id, landed, quarantined";
  void add(const BatchRow& row) { rows_.push_back(row); }
  void clear() { rows_.clear(); }
  std::size_t row_count() const override { return rows_.size(); }
  void read(std::size_t row, int column, sqlite::Cell& cell) const override;

 private:
  std::vector<BatchRow> rows_;
};

}  // namespace stedi::landing
