// Readings on their way into landing.db, as rows of ids and numbers that SQLite reads straight from memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/records.hpp"
#include "core/sqlite/row_source.hpp"
#include "lakehouse/landing/dictionary.hpp"

namespace stedi::landing {

// A time before 2000, or over 24 h after the receipt: the reading lands, flagged.
bool is_implausible(std::int64_t time_ms, std::int64_t received_ms);

// The ids that SQLite gives the rows are first_id, first_id + 1, … in their order at the time they are read:
// given by it rather than by us, a row is appended without a search for its place.
class ReadingRows : public sqlite::RowSource {
 public:
  void set_first_id(std::int64_t id) { first_id_ = id; }
  std::int64_t first_id() const { return first_id_; }
  std::int64_t next_id() const { return first_id_ + static_cast<std::int64_t>(row_count()); }
  // True: no row has anything in the optional columns, which stand last.
  bool are_plain() const { return are_plain_; }

 protected:
  // Index of a kept `extra` text, or none: rows stay small.
  std::int32_t keep_extra(const std::string& extra);
  void read_extra(std::int32_t index, sqlite::Cell& cell) const;
  // What a row has in the optional columns.
  void note_optional(const std::optional<std::int64_t>& spelling_id, const std::string& extra) {
    are_plain_ = are_plain_ && !spelling_id && extra.empty();
  }
  void clear_optional() {
    extras_.clear();
    are_plain_ = true;
  }
  // Takes over what the rows of `other` have there; where its texts begin now.
  std::int32_t take_optional(ReadingRows& other);

 private:
  std::int64_t first_id_ = 1;
  bool are_plain_ = true;
  std::vector<std::string> extras_;
};

class AccelerometerRows final : public ReadingRows {
 public:
  static constexpr std::string_view columns =
      "subject_id, timestamp, x, y, z, implausible, spelling_id, extra";
  static constexpr std::string_view plain_columns = "subject_id, timestamp, x, y, z, implausible";
  void add(const AccelerometerReading& reading, const Entry& subject, std::int64_t received_ms);
  // A reading whose owner is not an id of the store yet, but an index into OwnedReadings::owners.
  void add_owned(const AccelerometerReading& reading, std::int64_t owner);
  void sort_by_owner_and_time();
  // Appends what add_owned() and sort_by_owner_and_time() made of `sorted`, in the order of their owners'
  // ids. `owners`: one for each that it names.
  void take(AccelerometerRows& sorted, const std::vector<Entry>& owners, std::int64_t received_ms);
  void clear();
  std::size_t row_count() const override { return rows_.size(); }
  void read(std::size_t row, int column, sqlite::Cell& cell) const override;

 private:
  struct Row {
    std::int64_t owner_id;
    std::int64_t time_ms;
    double x, y, z;
    std::int64_t spelling_id;  // 0: none
    std::int32_t extra;
    bool implausible;
  };
  std::vector<Row> rows_;
};

class StepTrainerRows final : public ReadingRows {
 public:
  static constexpr std::string_view columns =
      "trainer_id, sensorReadingTime, distanceFromObject, implausible, spelling_id, extra";
  static constexpr std::string_view plain_columns =
      "trainer_id, sensorReadingTime, distanceFromObject, implausible";
  void add(const StepTrainerReading& reading, const Entry& trainer, std::int64_t received_ms);
  // As for accelerometer readings.
  void add_owned(const StepTrainerReading& reading, std::int64_t owner);
  void sort_by_owner_and_time();
  void take(StepTrainerRows& sorted, const std::vector<Entry>& owners, std::int64_t received_ms);
  void clear();
  std::size_t row_count() const override { return rows_.size(); }
  void read(std::size_t row, int column, sqlite::Cell& cell) const override;

 private:
  struct Row {
    std::int64_t owner_id;
    std::int64_t time_ms;
    std::int64_t distance;
    std::int64_t spelling_id;  // 0: none
    std::int32_t extra;
    bool implausible;
  };
  std::vector<Row> rows_;
};

// Readings on their way to the thread that knows the store's ids.
template <typename Rows>
struct OwnedReadings {
  std::vector<std::string> owners;  // users or serials as they are spelled, each once
  Rows rows;
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

class BatchRows final : public ReadingRows {
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
