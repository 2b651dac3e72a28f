#include "firmware_sim/people/reading_counts.hpp"

#include <algorithm>
#include <span>

#include "core/record/limits.hpp"

namespace stedi::firmware {

namespace {

template <typename Row>
void sort_rows(std::vector<Row>& rows) {
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

template <typename Row>
std::span<const Row> from_time(const std::vector<Row>& rows, std::int64_t from_ms) {
  const auto first = std::partition_point(rows.begin(), rows.end(),
                                          [from_ms](const Row& row) { return row.time_ms < from_ms; });
  return {first, rows.end()};
}

// Pairs of equal time; both ascending.
template <typename Left, typename Right, typename LeftTime, typename RightTime>
std::size_t count_pairs(const Left& left, const Right& right, LeftTime left_ms, RightTime right_ms) {
  std::size_t pairs = 0;
  auto begin = right.begin();
  for (const auto& row : left) {
    while (begin != right.end() && right_ms(*begin) < left_ms(row)) ++begin;
    for (auto match = begin; match != right.end() && right_ms(*match) == left_ms(row); ++match) ++pairs;
  }
  return pairs;
}

}  // namespace

void PersonReadings::sort_distinct() {
  sort_rows(accelerometer);
  sort_rows(step_trainer);
}

void ReadingCounts::add_strict(const PersonReadings& readings, std::int64_t consent_from_ms,
                               std::int64_t owned_from_ms) {
  if (consent_from_ms == never) return;
  ++strict_.customer_trusted;
  const std::int64_t plausible_ms = std::max(consent_from_ms, limits::earliest_plausible_ms);
  const auto accelerometer = from_time(readings.accelerometer, plausible_ms);
  if (accelerometer.empty()) return;
  const auto step_trainer = from_time(readings.step_trainer, std::max(plausible_ms, owned_from_ms));
  ++strict_.customers_curated;
  strict_.accelerometer_trusted += accelerometer.size();
  strict_.step_trainer_trusted += step_trainer.size();
  const auto time_ms = [](const auto& row) { return row.time_ms; };
  strict_.machine_learning_curated += count_pairs(step_trainer, accelerometer, time_ms, time_ms);
}

void ReadingCounts::add_reference(const PersonReadings& readings, std::size_t records) {
  if (records == 0) return;
  reference_.customer_trusted += records;
  if (readings.accelerometer.empty()) return;
  reference_.customers_curated += records;
  reference_.accelerometer_trusted += readings.accelerometer.size();
  for (const Motion& row : readings.accelerometer) accelerometer_ms_.push_back(row.time_ms);
  reference_.step_trainer_trusted += readings.step_trainer.size();
  for (const Distance& row : readings.step_trainer) step_trainer_ms_.push_back(row.time_ms);
}

ZoneCounts ReadingCounts::reference() {
  std::sort(accelerometer_ms_.begin(), accelerometer_ms_.end());
  std::sort(step_trainer_ms_.begin(), step_trainer_ms_.end());
  const auto itself = [](std::int64_t time_ms) { return time_ms; };
  reference_.machine_learning_curated = count_pairs(step_trainer_ms_, accelerometer_ms_, itself, itself);
  return reference_;
}

}  // namespace stedi::firmware
