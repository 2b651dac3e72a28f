#include "firmware_sim/spool/pending_gaps.hpp"

#include <algorithm>

#include "firmware_sim/spool/spool_file.hpp"
#include "firmware_sim/spool/spool_options.hpp"

namespace stedi::firmware {

namespace {

void widen(ReadingTimes& times, const ReadingTimes& other) {
  if (other.first_ms) times.first_ms = std::min(times.first_ms.value_or(*other.first_ms), *other.first_ms);
  if (other.last_ms) times.last_ms = std::max(times.last_ms.value_or(*other.last_ms), *other.last_ms);
}

}  // namespace

Result<PendingGaps> PendingGaps::open(sqlite::Database& database) {
  auto take_neighbours = TRY(database.prepare(
      "DELETE FROM pending_gap WHERE device_row = ? AND boot = ? AND stream = ? AND reason = ? "
      "AND (last_seq = ? OR first_seq = ?) RETURNING first_seq, last_seq, records, first_ms, last_ms"));
  auto insert = TRY(database.prepare(
      "INSERT INTO pending_gap (device_row, boot, stream, first_seq, last_seq, records, reason, first_ms, "
      "last_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  return PendingGaps(database, std::move(take_neighbours), std::move(insert));
}

Result<int> PendingGaps::add(const Loss& loss) {
  int grown = 1;
  std::int64_t first_seq = loss.seq;
  std::int64_t last_seq = loss.seq;
  std::int64_t records = loss.records;
  ReadingTimes times = loss.times;
  take_neighbours_.bind_all(loss.device_row, loss.boot, loss.stream, loss.reason, loss.seq - 1, loss.seq + 1);
  TRY(take_neighbours_.each_row([&](std::int64_t first, std::int64_t last, std::int64_t more,
                                    std::optional<std::int64_t> first_ms,
                                    std::optional<std::int64_t> last_ms) {
    first_seq = std::min(first_seq, first);
    last_seq = std::max(last_seq, last);
    records += more;
    widen(times, {first_ms, last_ms});
    --grown;
  }));
  TRY(insert_.run(loss.device_row, loss.boot, loss.stream, first_seq, last_seq, records, loss.reason,
                  times.first_ms, times.last_ms));
  return grown;
}

Result<std::vector<std::int64_t>> PendingGaps::devices_to_tell() {
  std::vector<std::int64_t> devices;
  TRY(
      database_->each_row("SELECT DISTINCT g.device_row FROM pending_gap AS g WHERE NOT EXISTS ("
                          "  SELECT 1 FROM batch AS b WHERE b.device_row = g.device_row AND b.stream = 'gap' "
                          "  AND b.refused IS NULL)",
                          [&](std::int64_t device_row) { devices.push_back(device_row); }));
  return devices;
}

Result<std::vector<GapRecord>> PendingGaps::take(std::int64_t device_row) {
  auto rows = TRY(database_->prepare(
      "SELECT boot, stream, first_seq, last_seq, records, reason, first_ms, last_ms FROM pending_gap "
      "WHERE device_row = ? ORDER BY boot, stream, first_seq LIMIT ?",
      device_row, static_cast<std::int64_t>(max_gap_records)));
  std::vector<GapRecord> gaps;
  TRY(rows.each_row([&] {
    GapRecord gap;
    gap.boot = rows.text(0);
    gap.stream = rows.text(1);
    gap.first_seq = rows.integer(2);
    gap.last_seq = rows.integer(3);
    gap.records = rows.integer(4);
    gap.reason = rows.text(5);
    gap.first_ms = time_in(rows, 6);
    gap.last_ms = time_in(rows, 7);
    gaps.push_back(std::move(gap));
  }));
  auto remove = TRY(database_->prepare(
      "DELETE FROM pending_gap WHERE device_row = ? AND boot = ? AND stream = ? AND first_seq = ?"));
  for (const GapRecord& gap : gaps) TRY(remove.run(device_row, gap.boot, gap.stream, gap.first_seq));
  return gaps;
}

}  // namespace stedi::firmware
