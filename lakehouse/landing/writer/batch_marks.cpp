#include "lakehouse/landing/writer/batch_marks.hpp"

namespace stedi::landing {

Result<void> BatchMarks::load() {
  marks_.clear();
  unsaved_.clear();
  hashes_.clear();
  latest_.clear();
  const auto saved_up_to = database_->integer("SELECT batch_id FROM watermark_checkpoint");
  if (!saved_up_to) return Failure(saved_up_to.error());
  if (auto done = load_lost(*saved_up_to); !done) return done;
  if (auto done = load_tail(*saved_up_to); !done) return done;
  return load_hashes();
}

Result<void> BatchMarks::catch_up(std::int64_t from_batch) {
  if (auto done = load_lost(from_batch - 1); !done) return done;
  auto added = database_->prepare(
      "SELECT source_id, seq, payload_hash FROM batch WHERE batch_id >= ? AND seq IS NOT NULL");
  if (!added) return Failure(added.error());
  added->bind_all(from_batch);
  Result<bool> row = added->step();
  for (; row && *row; row = added->step()) {
    if (auto done = add(added->integer(0), added->integer(1), added->integer(2)); !done) return done;
  }
  return row ? Result<void>() : Failure(row.error());
}

Result<SequenceMarks::Verdict> BatchMarks::judge(std::int64_t source_id, std::int64_t seq) {
  const auto marks = of(source_id);
  if (!marks) return Failure(marks.error());
  return (*marks)->judge(seq, max_ranges_);
}

Result<void> BatchMarks::load_tail(std::int64_t after_batch) {
  auto tail = database_->prepare("SELECT source_id, seq FROM batch WHERE batch_id > ? AND seq IS NOT NULL");
  if (!tail) return Failure(tail.error());
  tail->bind_all(after_batch);
  Result<bool> row = tail->step();
  for (; row && *row; row = tail->step()) {
    auto marks = of(tail->integer(0));
    if (!marks) return Failure(marks.error());
    (*marks)->add(tail->integer(1), max_ranges_);
    unsaved_.insert(tail->integer(0));
  }
  return row ? Result<void>() : Failure(row.error());
}

Result<void> BatchMarks::load_lost(std::int64_t after_batch) {
  auto lost = database_->prepare(
      "SELECT source.source_id, gap.first_seq, gap.last_seq FROM gap JOIN source ON source.kind = 'device' "
      "AND source.stream = gap.stream AND source.device = gap.device AND source.boot = gap.boot "
      "WHERE gap.batch_id > ?");
  if (!lost) return Failure(lost.error());
  lost->bind_all(after_batch);
  Result<bool> row = lost->step();
  for (; row && *row; row = lost->step()) {
    if (auto added = add_lost(lost->integer(0), {lost->integer(1), lost->integer(2)}); !added) return added;
  }
  return row ? Result<void>() : Failure(row.error());
}

Result<void> BatchMarks::load_hashes() {
  auto latest = database_->prepare(
      "SELECT source_id, seq, payload_hash FROM batch WHERE seq IS NOT NULL AND batch_id > "
      "(SELECT MAX(batch_id) FROM batch) - ?");
  if (!latest) return Failure(latest.error());
  latest->bind_all(static_cast<std::int64_t>(conflict_window_));
  Result<bool> row = latest->step();
  for (; row && *row; row = latest->step()) {
    remember_hash({latest->integer(0), latest->integer(1)}, latest->integer(2));
  }
  return row ? Result<void>() : Failure(row.error());
}

Result<SequenceMarks*> BatchMarks::of(std::int64_t source_id) {
  if (const auto known = marks_.find(source_id); known != marks_.end()) return &known->second;
  auto saved = database_->prepare("SELECT prefix, ranges, lost FROM watermark WHERE source_id = ?");
  if (!saved) return Failure(saved.error());
  saved->bind_all(source_id);
  const auto row = saved->step();
  if (!row) return Failure(row.error());
  SequenceMarks marks;
  make_room();
  if (*row) marks = SequenceMarks::restore(saved->integer(0), saved->text(1), saved->text(2));
  return &marks_.emplace(source_id, std::move(marks)).first->second;
}

// What is not saved must stay.
void BatchMarks::make_room() {
  if (marks_.size() < max_cached_sources) return;
  std::erase_if(marks_, [this](const auto& known) { return !unsaved_.contains(known.first); });
}

Result<void> BatchMarks::add(std::int64_t source_id, std::int64_t seq, std::int64_t payload_hash) {
  auto marks = of(source_id);
  if (!marks) return Failure(marks.error());
  (*marks)->add(seq, max_ranges_);
  unsaved_.insert(source_id);
  remember_hash({source_id, seq}, payload_hash);
  return {};
}

Result<void> BatchMarks::add_lost(std::int64_t source_id, wire::SeqRange range) {
  if (range.from < 1 || range.from > range.to) return {};
  auto marks = of(source_id);
  if (!marks) return Failure(marks.error());
  (*marks)->add_lost(range, max_lost_ranges);
  unsaved_.insert(source_id);
  return {};
}

std::optional<std::int64_t> BatchMarks::hash_of(std::int64_t source_id, std::int64_t seq) const {
  const auto known = hashes_.find({source_id, seq});
  if (known == hashes_.end()) return std::nullopt;
  return known->second;
}

void BatchMarks::remember_hash(const Name& name, std::int64_t hash) {
  if (!hashes_.emplace(name, hash).second) return;
  latest_.push_back(name);
  if (latest_.size() <= conflict_window_) return;
  hashes_.erase(latest_.front());
  latest_.pop_front();
}

Result<void> BatchMarks::save(std::int64_t batch_id) {
  auto store = database_->prepare(
      "INSERT OR REPLACE INTO watermark (source_id, prefix, ranges, lost) VALUES (?, ?, ?, ?)");
  if (!store) return Failure(store.error());
  for (const std::int64_t source_id : unsaved_) {
    const SequenceMarks& marks = marks_.at(source_id);
    store->bind_all(source_id, marks.prefix(), marks.ranges_text(), marks.lost_text());
    if (auto stored = store->run(); !stored) return stored;
  }
  unsaved_.clear();
  return database_->execute("UPDATE watermark_checkpoint SET batch_id = " + std::to_string(batch_id));
}

}  // namespace stedi::landing
