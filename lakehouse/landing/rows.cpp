#include "lakehouse/landing/rows.hpp"

#include <algorithm>
#include <tuple>

#include "core/record/limits.hpp"

namespace stedi::landing {

namespace {

constexpr std::int32_t no_extra = -1;

void integer_or_null(const std::optional<std::int64_t>& value, sqlite::Cell& cell) {
  if (value) {
    cell.integer(*value);
  } else {
    cell.null();
  }
}

void id_or_null(std::int64_t id, sqlite::Cell& cell) {
  if (id != 0) {
    cell.integer(id);
  } else {
    cell.null();
  }
}

}  // namespace

bool is_implausible(std::int64_t time_ms, std::int64_t received_ms) {
  return time_ms < limits::earliest_plausible_ms || time_ms > received_ms + limits::max_ahead_of_receipt_ms;
}

std::int32_t ReadingRows::keep_extra(const std::string& extra) {
  if (extra.empty()) return no_extra;
  extras_.push_back(extra);
  return static_cast<std::int32_t>(extras_.size() - 1);
}

void ReadingRows::read_extra(std::int32_t index, sqlite::Cell& cell) const {
  if (index == no_extra) {
    cell.null();
  } else {
    cell.text(extras_[static_cast<std::size_t>(index)]);
  }
}

void AccelerometerRows::add(const AccelerometerReading& reading, const Entry& subject,
                            std::int64_t received_ms) {
  note_optional(subject.spelling_id, reading.extra);
  rows_.push_back({subject.id, reading.timestamp_ms, reading.x, reading.y, reading.z,
                   subject.spelling_id.value_or(0), keep_extra(reading.extra),
                   is_implausible(reading.timestamp_ms, received_ms)});
}

void AccelerometerRows::sort_by_subject_and_time() {
  const auto key = [](const Row& row) { return std::tie(row.subject_id, row.timestamp_ms); };
  std::stable_sort(rows_.begin(), rows_.end(), [&](const Row& a, const Row& b) { return key(a) < key(b); });
}

void AccelerometerRows::clear() {
  rows_.clear();
  clear_optional();
}

void AccelerometerRows::read(std::size_t index, int column, sqlite::Cell& cell) const {
  const Row& row = rows_[index];
  switch (column) {
    case 0:
      return cell.integer(row.subject_id);
    case 1:
      return cell.integer(row.timestamp_ms);
    case 2:
      return cell.real(row.x);
    case 3:
      return cell.real(row.y);
    case 4:
      return cell.real(row.z);
    case 5:
      return cell.integer(row.implausible ? 1 : 0);
    case 6:
      return id_or_null(row.spelling_id, cell);
    default:
      return read_extra(row.extra, cell);
  }
}

void StepTrainerRows::add(const StepTrainerReading& reading, const Entry& trainer, std::int64_t received_ms) {
  note_optional(trainer.spelling_id, reading.extra);
  rows_.push_back({trainer.id, reading.reading_time_ms, reading.distance_from_object,
                   trainer.spelling_id.value_or(0), keep_extra(reading.extra),
                   is_implausible(reading.reading_time_ms, received_ms)});
}

void StepTrainerRows::sort_by_trainer_and_time() {
  const auto key = [](const Row& row) { return std::tie(row.trainer_id, row.reading_time_ms); };
  std::stable_sort(rows_.begin(), rows_.end(), [&](const Row& a, const Row& b) { return key(a) < key(b); });
}

void StepTrainerRows::clear() {
  rows_.clear();
  clear_optional();
}

void StepTrainerRows::read(std::size_t index, int column, sqlite::Cell& cell) const {
  const Row& row = rows_[index];
  switch (column) {
    case 0:
      return cell.integer(row.trainer_id);
    case 1:
      return cell.integer(row.reading_time_ms);
    case 2:
      return cell.integer(row.distance);
    case 3:
      return cell.integer(row.implausible ? 1 : 0);
    case 4:
      return id_or_null(row.spelling_id, cell);
    default:
      return read_extra(row.extra, cell);
  }
}

void BatchRows::read(std::size_t index, int column, sqlite::Cell& cell) const {
  const BatchRow& row = rows_[index];
  switch (column) {
    case 0:
      return cell.integer(row.source_id);
    case 1:
      return integer_or_null(row.seq, cell);
    case 2:
      return integer_or_null(row.payload_hash, cell);
    case 3:
      return cell.integer(row.received_ms);
    case 4:
      return id_or_null(row.landed > 0 ? row.first_id : 0, cell);
    case 5:
      return cell.integer(row.landed);
    default:
      return cell.integer(row.quarantined);
  }
}

}  // namespace stedi::landing
