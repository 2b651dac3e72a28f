// De-duplication by batch name. The ledger has no index by name: keeping one would multiply the bytes written
// per reading. Marks are held in memory, saved now and then (in a batch's own transaction), and rebuilt at
// start from the saved ones and the ledger's tail.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/landing/writer/sequence_marks.hpp"

namespace stedi::landing {

class BatchMarks {
 public:
  // Sources whose marks stay in memory; beyond it the saved ones are read again when needed.
  static constexpr std::size_t max_cached_sources = 50'000;
  // Of one source, remembered: more than a device tells in one gap batch.
  static constexpr std::size_t max_lost_ranges = 512;

  // max_ranges: landed ranges kept above a contiguous prefix, and given-up ones; conflict_window: latest
  // batches of the ledger whose payload hash is remembered.
  BatchMarks(sqlite::Database& database, std::size_t max_ranges, std::size_t conflict_window)
      : database_(&database), max_ranges_(max_ranges), conflict_window_(conflict_window) {}

  // Reads the saved marks that the ledger's tail needs and applies the tail. Also after a rollback.
  Result<void> load();
  // Takes in what another writer (a replay) has added to the ledger since, from this batch on.
  Result<void> catch_up(std::int64_t from_batch);
  Result<SequenceMarks::Verdict> judge(std::int64_t source_id, std::int64_t seq);
  // A batch of this source has landed, in the current transaction.
  Result<void> add(std::int64_t source_id, std::int64_t seq, std::int64_t payload_hash);
  // Their device has given these batches of this source up and said so.
  Result<void> add_lost(std::int64_t source_id, wire::SeqRange range);
  // The payload hash of a batch, while it is among the latest.
  std::optional<std::int64_t> hash_of(std::int64_t source_id, std::int64_t seq) const;
  // Saves what changed, inside the current transaction; `batch_id` is the last batch the marks hold.
  Result<void> save(std::int64_t batch_id);

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
  Result<SequenceMarks*> of(std::int64_t source_id);
  void make_room();
  Result<void> load_tail(std::int64_t after_batch);
  Result<void> load_lost(std::int64_t after_batch);
  Result<void> load_hashes();
  void remember_hash(const Name& name, std::int64_t hash);

  sqlite::Database* database_;
  std::size_t max_ranges_;
  std::size_t conflict_window_;
  std::unordered_map<std::int64_t, SequenceMarks> marks_;
  std::unordered_set<std::int64_t> unsaved_;
  std::unordered_map<Name, std::int64_t, NameHash> hashes_;
  std::deque<Name> latest_;
};

}  // namespace stedi::landing
