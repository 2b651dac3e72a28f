#include "lakehouse/landing/rows.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <tuple>

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

void put(double value, sqlite::Cell& cell) {
  cell.real(value);
}
void put(std::int64_t value, sqlite::Cell& cell) {
  cell.integer(value);
}

template <typename... Type>
void read_value(const std::tuple<Type...>& values, int index, sqlite::Cell& cell) {
  std::apply([&](const auto&... value) { (void)((index-- == 0 && (put(value, cell), true)) || ...); },
             values);
}

}  // namespace

template <SensorReading Reading>
std::string ReadingRows<Reading>::plain_columns() {
  std::string names(owner_column(SensorStream<Reading>::owned_by));
  names += ", " + std::string(time_field<Reading>.name);
  for_each_value_field<Reading>([&](const auto& field) { names += ", " + std::string(field.name); });
  return names + ", implausible";
}

template <SensorReading Reading>
void ReadingRows<Reading>::add(const Reading& reading, const Entry& owner, std::int64_t received_ms) {
  are_plain_ = are_plain_ && !owner.spelling_id && reading.extra.empty();
  rows_.push_back({owner.id, time_of(reading), values_of(reading), owner.spelling_id.value_or(0),
                   keep_extra(reading.extra), !is_plausible<Reading>(time_of(reading), received_ms)});
}

template <SensorReading Reading>
void ReadingRows<Reading>::add_owned(const Reading& reading, std::int64_t owner) {
  constexpr std::int64_t not_yet_received = 0;
  add(reading, Entry{owner, std::nullopt}, not_yet_received);
}

template <SensorReading Reading>
void ReadingRows<Reading>::sort_by_owner_and_time() {
  std::ranges::stable_sort(rows_, {}, [](const Row& row) { return std::tie(row.owner_id, row.time_ms); });
}

template <SensorReading Reading>
void ReadingRows<Reading>::take(ReadingRows& sorted, const std::vector<Entry>& owners,
                                std::int64_t received_ms) {
  const auto is_spelled_as_usual = [](const Entry& owner) { return !owner.spelling_id; };
  are_plain_ = are_plain_ && sorted.are_plain_ && std::ranges::all_of(owners, is_spelled_as_usual);
  const auto first_extra = static_cast<std::int32_t>(extras_.size());
  extras_.insert(extras_.end(), std::make_move_iterator(sorted.extras_.begin()),
                 std::make_move_iterator(sorted.extras_.end()));
  const auto owner_of = [&](const Group<Row>& group) {
    return owners[static_cast<std::size_t>(group.front().owner_id)];
  };
  auto groups = groups_of(sorted.rows_);
  std::ranges::sort(groups, {}, [&](const Group<Row>& group) { return owner_of(group).id; });
  rows_.reserve(rows_.size() + sorted.rows_.size());
  for (const Group<Row>& group : groups) {
    const Entry owner = owner_of(group);
    for (Row row : group) {
      row.owner_id = owner.id;
      row.spelling_id = owner.spelling_id.value_or(0);
      row.implausible = !is_plausible<Reading>(row.time_ms, received_ms);
      if (row.extra != no_extra) row.extra += first_extra;
      rows_.push_back(row);
    }
  }
  sorted.clear();
}

template <SensorReading Reading>
void ReadingRows<Reading>::clear() {
  rows_.clear();
  extras_.clear();
  are_plain_ = true;
}

template <SensorReading Reading>
void ReadingRows<Reading>::read(std::size_t index, int column, sqlite::Cell& cell) const {
  constexpr int values_from = 2;
  constexpr int values_to = values_from + static_cast<int>(std::tuple_size_v<Values<Reading>>);
  const Row& row = rows_[index];
  switch (column) {
    case 0:
      return cell.integer(row.owner_id);
    case 1:
      return cell.integer(row.time_ms);
    case values_to:
      return cell.integer(row.implausible ? 1 : 0);
    case values_to + 1:
      return id_or_null(row.spelling_id, cell);
    case values_to + 2:
      return read_extra(row.extra, cell);
    default:
      return read_value(row.values, column - values_from, cell);
  }
}

template <SensorReading Reading>
std::int32_t ReadingRows<Reading>::keep_extra(const std::string& extra) {
  if (extra.empty()) return no_extra;
  extras_.push_back(extra);
  return static_cast<std::int32_t>(extras_.size() - 1);
}

template <SensorReading Reading>
void ReadingRows<Reading>::read_extra(std::int32_t index, sqlite::Cell& cell) const {
  if (index == no_extra) {
    cell.null();
  } else {
    cell.text(extras_[static_cast<std::size_t>(index)]);
  }
}

#define STEDI_ROWS(Reading) template class ReadingRows<Reading>;
STEDI_EACH_SENSOR_READING(STEDI_ROWS)
#undef STEDI_ROWS

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
