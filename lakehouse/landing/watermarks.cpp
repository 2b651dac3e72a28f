#include "lakehouse/landing/watermarks.hpp"

namespace stedi::landing {

Result<void> Watermarks::load() {
  saved_.clear();
  unsaved_.clear();
  hashes_.clear();
  latest_.clear();
  const auto saved_up_to = TRY(database_->integer("SELECT batch_id FROM watermark_checkpoint"));
  TRY(load_lost(saved_up_to));
  TRY(load_tail(saved_up_to));
  return load_hashes();
}

Result<void> Watermarks::catch_up(std::int64_t from_batch) {
  TRY(load_lost(from_batch - 1));
  auto added = TRY(database_->prepare(
      "SELECT source_id, seq, payload_hash FROM batch WHERE batch_id >= ? AND seq IS NOT NULL", from_batch));
  return added.each_row(
      [&](std::int64_t source_id, std::int64_t seq, std::int64_t hash) { return add(source_id, seq, hash); });
}

Result<Watermark::Verdict> Watermarks::judge(std::int64_t source_id, std::int64_t seq) {
  const auto watermark = TRY(of(source_id));
  const auto verdict = watermark->judge(seq, limits_.max_ranges);
  if (verdict != Watermark::Verdict::too_far || !watermark->misses_lost(limits_.max_lost_ranges))
    return verdict;
  const auto recalled = TRY(recall_lost(source_id));
  return recalled->judge(seq, limits_.max_ranges);
}

// In order, so that neighbours are one range before anything is forgotten again. Each page reads every gap of
// all sources, which have no index; it happens once for max_lost_ranges holes.
Result<const Watermark*> Watermarks::recall_lost(std::int64_t source_id) {
  constexpr std::int64_t page_rows = 4'096;
  auto page = TRY(database_->prepare(
      "SELECT gap.first_seq, gap.last_seq FROM gap JOIN source ON source.stream = gap.stream "
      "AND source.device = gap.device AND source.boot = gap.boot "
      "WHERE source.source_id = ? AND gap.last_seq > ? AND (gap.first_seq, gap.last_seq) > (?, ?) "
      "ORDER BY gap.first_seq, gap.last_seq LIMIT ?"));
  const auto changing = TRY(to_change(source_id));
  Watermark& watermark = *changing;
  watermark.begin_lost_anew();
  wire::SeqRange told{0, 0};
  for (std::int64_t rows = page_rows; rows == page_rows && !watermark.forgets_lost();) {
    page.bind_all(source_id, watermark.prefix(), told.from, told.to, page_rows);
    rows = 0;
    TRY(page.each_row([&](std::int64_t first_seq, std::int64_t last_seq) {
      told = {first_seq, last_seq};
      watermark.add_lost(told, limits_.max_lost_ranges);
      ++rows;
    }));
  }
  return &watermark;
}

Result<void> Watermarks::load_tail(std::int64_t after_batch) {
  auto tail = TRY(database_->prepare(
      "SELECT source_id, seq FROM batch WHERE batch_id > ? AND seq IS NOT NULL", after_batch));
  return tail.each_row([&](std::int64_t source_id, std::int64_t seq) -> Result<void> {
    TRY(to_change(source_id))->add(seq, limits_.max_ranges);
    return {};
  });
}

Result<void> Watermarks::load_lost(std::int64_t after_batch) {
  auto lost = TRY(database_->prepare(
      "SELECT source.source_id, gap.first_seq, gap.last_seq FROM gap JOIN source ON source.kind = 'device' "
      "AND source.stream = gap.stream AND source.device = gap.device AND source.boot = gap.boot "
      "WHERE gap.batch_id > ?",
      after_batch));
  return lost.each_row([&](std::int64_t source_id, std::int64_t first_seq, std::int64_t last_seq) {
    return add_lost(source_id, {first_seq, last_seq});
  });
}

Result<void> Watermarks::load_hashes() {
  auto latest = TRY(database_->prepare(
      "SELECT source_id, seq, payload_hash FROM batch WHERE seq IS NOT NULL AND batch_id > "
      "(SELECT MAX(batch_id) FROM batch) - ?",
      static_cast<std::int64_t>(limits_.conflict_window)));
  return latest.each_row([&](std::int64_t source_id, std::int64_t seq, std::int64_t hash) {
    remember_hash({source_id, seq}, hash);
  });
}

Result<const Watermark*> Watermarks::of(std::int64_t source_id) {
  if (const auto known = unsaved_.find(source_id); known != unsaved_.end()) return &known->second;
  if (const auto known = saved_.find(source_id); known != saved_.end()) return &known->second;
  const auto stored = TRY(database_->one_row<std::int64_t, std::string, std::string>(
      "SELECT prefix, ranges, lost FROM watermark WHERE source_id = ?", source_id));
  Watermark watermark;
  make_room();
  if (stored) watermark = std::apply(Watermark::restore, *stored);
  return &saved_.emplace(source_id, std::move(watermark)).first->second;
}

Result<Watermark*> Watermarks::to_change(std::int64_t source_id) {
  TRY(of(source_id));
  if (auto node = saved_.extract(source_id)) unsaved_.insert(std::move(node));
  return &unsaved_.at(source_id);
}

// One goes for one that comes: to look through all of them each time is what a source must not cost.
void Watermarks::make_room() {
  while (cached_sources() >= limits_.max_cached_sources && !saved_.empty()) saved_.erase(saved_.begin());
}

Result<void> Watermarks::add(std::int64_t source_id, std::int64_t seq, std::int64_t payload_hash) {
  auto watermark = TRY(to_change(source_id));
  watermark->add(seq, limits_.max_ranges);
  remember_hash({source_id, seq}, payload_hash);
  return {};
}

Result<void> Watermarks::add_lost(std::int64_t source_id, wire::SeqRange range) {
  if (range.from < 1 || range.from > range.to) return {};
  auto watermark = TRY(to_change(source_id));
  watermark->add_lost(range, limits_.max_lost_ranges);
  return {};
}

std::optional<std::int64_t> Watermarks::hash_of(std::int64_t source_id, std::int64_t seq) const {
  const auto known = hashes_.find({source_id, seq});
  if (known == hashes_.end()) return std::nullopt;
  return known->second;
}

void Watermarks::remember_hash(const Name& name, std::int64_t hash) {
  if (!hashes_.emplace(name, hash).second) return;
  latest_.push_back(name);
  if (latest_.size() <= limits_.conflict_window) return;
  hashes_.erase(latest_.front());
  latest_.pop_front();
}

Result<void> Watermarks::save(std::int64_t batch_id) {
  auto store = TRY(database_->prepare(
      "INSERT OR REPLACE INTO watermark (source_id, prefix, ranges, lost) VALUES (?, ?, ?, ?)"));
  for (const auto& [source_id, watermark] : unsaved_) {
    TRY(store.run(source_id, watermark.prefix(), watermark.ranges_text(), watermark.lost_text()));
  }
  saved_.merge(unsaved_);
  return database_->execute("UPDATE watermark_checkpoint SET batch_id = " + std::to_string(batch_id));
}

}  // namespace stedi::landing
