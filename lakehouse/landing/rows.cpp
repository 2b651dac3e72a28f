#include "lakehouse/landing/rows.hpp"

#include <algorithm>
#include <iterator>
#include <span>
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

template <typename Row>
void sort_rows(std::vector<Row>& rows) {
  const auto key = [](const Row& row) { return std::tie(row.owner_id, row.time_ms); };
  std::ranges::stable_sort(rows, {}, key);
}

// The rows of one owner.
template <typename Row>
using Group = std::span<Row>;

template <typename Row>
std::vector<Group<Row>> groups_of(std::vector<Row>& sorted) {
  std::vector<Group<Row>> groups;
  for (auto begin = sorted.begin(); begin != sorted.end();) {
    const auto is_other = [&](const Row& row) { return row.owner_id != begin->owner_id; };
    const auto end = std::find_if(begin, sorted.end(), is_other);
    groups.emplace_back(begin, end);
    begin = end;
  }
  return groups;
}

template <typename Row>
void append_in_order_of_ids(std::vector<Row>& sorted, const std::vector<Entry>& owners,
                            std::int64_t received_ms, std::int32_t first_extra, std::vector<Row>& rows) {
  const auto owner_of = [&](const Group<Row>& group) {
    return owners[static_cast<std::size_t>(group.front().owner_id)];
  };
  auto groups = groups_of(sorted);
  std::ranges::sort(groups, {}, [&](const Group<Row>& group) { return owner_of(group).id; });
  rows.reserve(rows.size() + sorted.size());
  for (const Group<Row>& group : groups) {
    const Entry owner = owner_of(group);
    for (Row row : group) {
      row.owner_id = owner.id;
      row.spelling_id = owner.spelling_id.value_or(0);
      row.implausible = is_implausible(row.time_ms, received_ms);
      if (row.extra != no_extra) row.extra += first_extra;
      rows.push_back(row);
    }
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

std::int32_t ReadingRows::take_optional(ReadingRows& other) {
  const auto first = static_cast<std::int32_t>(extras_.size());
  extras_.insert(extras_.end(), std::make_move_iterator(other.extras_.begin()),
                 std::make_move_iterator(other.extras_.end()));
  are_plain_ = are_plain_ && other.are_plain_;
  other.clear_optional();
  return first;
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

void AccelerometerRows::add_owned(const AccelerometerReading& reading, std::int64_t owner) {
  constexpr std::int64_t not_yet_received = 0;
  add(reading, Entry{owner, std::nullopt}, not_yet_received);
}

void AccelerometerRows::sort_by_owner_and_time() {
  sort_rows(rows_);
}

void AccelerometerRows::take(AccelerometerRows& sorted, const std::vector<Entry>& owners,
                             std::int64_t received_ms) {
  for (const Entry& owner : owners) note_optional(owner.spelling_id, {});
  const std::int32_t first_extra = take_optional(sorted);
  append_in_order_of_ids(sorted.rows_, owners, received_ms, first_extra, rows_);
  sorted.rows_.clear();
}

void AccelerometerRows::clear() {
  rows_.clear();
  clear_optional();
}

void AccelerometerRows::read(std::size_t index, int column, sqlite::Cell& cell) const {
  const Row& row = rows_[index];
  switch (column) {
    case 0:
      return cell.integer(row.owner_id);
    case 1:
      return cell.integer(row.time_ms);
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

void StepTrainerRows::add_owned(const StepTrainerReading& reading, std::int64_t owner) {
  constexpr std::int64_t not_yet_received = 0;
  add(reading, Entry{owner, std::nullopt}, not_yet_received);
}

void StepTrainerRows::sort_by_owner_and_time() {
  sort_rows(rows_);
}

void StepTrainerRows::take(StepTrainerRows& sorted, const std::vector<Entry>& owners,
                           std::int64_t received_ms) {
  for (const Entry& owner : owners) note_optional(owner.spelling_id, {});
  const std::int32_t first_extra = take_optional(sorted);
  append_in_order_of_ids(sorted.rows_, owners, received_ms, first_extra, rows_);
  sorted.rows_.clear();
}

void StepTrainerRows::clear() {
  rows_.clear();
  clear_optional();
}

void StepTrainerRows::read(std::size_t index, int column, sqlite::Cell& cell) const {
  const Row& row = rows_[index];
  switch (column) {
    case 0:
      return cell.integer(row.owner_id);
    case 1:
      return cell.integer(row.time_ms);
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
