// De-duplication by batch name. The batch log has no index by name: keeping one would multiply the bytes
// written per reading. Watermarks are held in memory, saved now and then (in a batch's own transaction), and
// rebuilt at start from the saved ones and the batch log's tail.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/landing/watermark.hpp"

namespace stedi::landing {

struct WatermarkLimits {
  std::size_t max_ranges = 64;  // landed ranges of a source kept above a contiguous prefix
  // And given-up ones: the lowest; the others are read again from the gaps that have landed when their turn
  // comes.
  std::size_t max_lost_ranges = 512;
  std::size_t conflict_window = 65'536;  // latest batches of the batch log whose payload hash is remembered
  // Sources whose watermarks stay in memory; beyond it the saved ones are read again when needed. Passed only
  // by what one transaction adds: a save is due when so many are not saved.
  std::size_t max_cached_sources = 50'000;
};

class Watermarks {
 public:
  Watermarks(sqlite::Database& database, const WatermarkLimits& limits)
      : database_(&database), limits_(limits) {}

  // Reads the saved watermarks that the batch log's tail needs and applies the tail. Also after a rollback.
  Result<void> load();
  // Takes in what another writer (a replay) has added to the batch log since, from this batch on.
  Result<void> catch_up(std::int64_t from_batch);
  Result<Watermark::Verdict> judge(std::int64_t source_id, std::int64_t seq);
  // A batch of this source has landed, in the current transaction.
  Result<void> add(std::int64_t source_id, std::int64_t seq, std::int64_t payload_hash);
  // Their device has given these batches of this source up and said so.
  Result<void> add_lost(std::int64_t source_id, wire::SeqRange range);
  // The payload hash of a batch, while it is among the latest.
  std::optional<std::int64_t> hash_of(std::int64_t source_id, std::int64_t seq) const;
  // Saves what changed, inside the current transaction; `batch_id` is the last batch the watermarks hold.
  Result<void> save(std::int64_t batch_id);
  // Nothing can make room any more but a save.
  bool is_save_due() const { return unsaved_.size() >= limits_.max_cached_sources; }
  // Sources whose watermarks are in memory.
  std::size_t cached_sources() const { return unsaved_.size() + saved_.size(); }

 private:
  struct Name {
    std::int64_t source_id;
    std::int64_t seq;
    bool operator==(const Name&) const = default;
  };
  struct NameHash {
    std::size_t operator()(const Name& name) const {
      return std::hash<std::int64_t>()(name.source_id * 1'000'003 + name.seq);
    }
  };
  Result<const Watermark*> of(std::int64_t source_id);
  Result<Watermark*> to_change(std::int64_t source_id);
  void make_room();
  Result<void> load_tail(std::int64_t after_batch);
  Result<void> load_lost(std::int64_t after_batch);
  Result<void> load_hashes();
  Result<const Watermark*> recall_lost(std::int64_t source_id);
  void remember_hash(const Name& name, std::int64_t hash);

  sqlite::Database* database_;
  WatermarkLimits limits_;
  std::unordered_map<std::int64_t, Watermark> saved_;    // as the store has them: may be forgotten
  std::unordered_map<std::int64_t, Watermark> unsaved_;  // changed since; of a source, in one of the two
  std::unordered_map<Name, std::int64_t, NameHash> hashes_;
  std::deque<Name> latest_;
};

}  // namespace stedi::landing
