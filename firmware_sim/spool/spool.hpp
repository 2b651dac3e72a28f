// The durable store-and-forward spool: a reading is accepted when its batch is fsynced here, and a batch
// leaves only when an ack names it, or when the spool's bounds force a reading out: then a gap record that
// says so takes its place in the same transaction. One SQLite file in a folder of its own, locked against a
// second process.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/sqlite/database.hpp"
#include "core/sqlite/place.hpp"
#include "firmware_sim/spool/accepted_log.hpp"
#include "firmware_sim/spool/batch_store.hpp"
#include "firmware_sim/spool/device_kind.hpp"
#include "firmware_sim/spool/folder_lock.hpp"
#include "firmware_sim/spool/name_mark.hpp"
#include "firmware_sim/spool/pending_gaps.hpp"
#include "firmware_sim/spool/spool_options.hpp"

namespace stedi::firmware {

// What a spool belongs to: another data set on the same spool would mix two devices' lives.
struct SpoolOwner {
  std::string data_set;       // digest
  std::string identity_seed;  // empty: device ids are random
  std::string name_key{};     // not kept in the spool; see name_mark.hpp
};

// What its owner has to know.
struct SpoolChanges {
  std::vector<SealedBatch> accepted;  // sealed and committed, ids ascending
  // Not to be sent any more: gap records stand for them. Their bytes are gone at once, for good with the next
  // commit; should that fail, they are back.
  std::vector<SealedBatch> dropped;
};

// A simulated device's id on the wire: a function of what it is, so that it is the same in every spool.
std::string simulated_device_id(const std::string& identity_seed, DeviceKind kind, const std::string& name);

// Belongs to one thread. A call that fails leaves the spool as its last commit left it; it may be tried
// again.
class Spool final : public BatchStore {
 public:
  // Makes the folder (mode 0700) and the file when they are absent. Fails (usage) when the spool is another
  // data set's or another process has it; fails when the disk does or the file is no spool. The clock
  // outlives the spool.
  static Result<std::unique_ptr<Spool>> open(const std::filesystem::path& folder, const SpoolOwner& owner,
                                             const Clock& clock, const SpoolOptions& options = {});
  // The device's identity on the wire; made on first use, on disk with the next commit(). The name itself is
  // not kept, only a mark of it (name_mark.hpp). So once all is acknowledged, what is left (marks, random
  // ids, how many records of which stream) tells nothing of a person to whoever has the spool alone. Whoever
  // has the data set too can tell which device was whose. A simulated device's id is no secret: it follows
  // from the scenario, whose people are invented.
  Result<std::string> device_id(DeviceKind kind, const std::string& name);
  // Source records sealed or dropped on arrival so far by a device's stream, in all of the spool's life.
  std::size_t sealed_records(std::string_view device, Stream stream) const;
  // What is sealed and not acknowledged, oldest first; refused batches are not among it.
  Result<std::vector<SealedBatch>> pending();
  Result<std::size_t> refused_batches();

  // False while sealing has to wait for acks: at the limit, when nothing may give way. What a gateway refused
  // takes its room for good, unless it may give way.
  bool has_room() const;
  // Payloads in the spool, refused ones too, and pending gaps at pending_gap_bytes each.
  std::size_t bytes() const;
  bool has_pending_gaps() const { return totals_.pending_gaps > 0; }
  const std::string& boot() const { return boot_; }

  // Seals a batch under the next seq of (device, this boot, stream). It counts only once commit() returned. A
  // full spool makes room by its policy; when the batch itself is what gives way its id is no_batch, and a
  // gap has its name.
  Result<SealedBatch> seal(std::string_view device, Stream stream, std::span<const std::string> records,
                           const ReadingTimes& times = {});
  // Drops readings that are older than the limit; counts with the next commit().
  Result<void> drop_too_old();
  // Seals what was lost into gap batches, at most one unacknowledged a device; counts with the next commit().
  Result<void> seal_gaps();
  // Fsyncs everything done since the last commit, as one. Fails, even with nothing to do, when the spool's
  // file is no longer at its path: what is sealed there would not be found again.
  Result<void> commit();
  // Since it was asked last.
  SpoolChanges take_changes() { return {std::exchange(accepted_, {}), std::exchange(dropped_, {})}; }

  Result<std::string> payload(BatchId id) override;
  Result<void> remove(std::span<const BatchId> ids) override;
  Result<void> set_apart(BatchId id, std::string_view reason) override;

 private:
  struct StreamState {
    std::int64_t last_seq = 0;  // of this boot
    std::size_t records = 0;
  };
  using StreamKey = std::pair<std::int64_t, Stream>;  // device row, stream
  struct Totals {
    std::size_t droppable_bytes = 0;   // refused readings among them
    std::size_t kept_bytes = 0;        // of what never gives way
    std::size_t refused_readings = 0;  // batches
    std::size_t pending_gaps = 0;
    BatchId no_droppable_up_to = no_batch;  // where the search for the oldest begins
  };
  // A sealed batch whose commit has not returned.
  struct Draft {
    SealedBatch batch;
    std::string log_line;
  };
  struct OldestReading {
    SealedBatch batch;
    std::int64_t device_row = 0;
    std::int64_t sealed_ms = 0;
    ReadingTimes times;
  };

  Spool(FolderLock lock, sqlite::Database database, sqlite::Place place, const Clock& clock,
        const SpoolOptions& options);
  Result<void> load(const SpoolOwner& owner);
  Result<void> bind_owner(const SpoolOwner& owner);
  Result<void> bind_names(const SpoolOwner& owner);
  Result<void> prepare_statements();
  Result<void> load_devices();
  Result<void> load_progress();
  Result<void> load_totals();
  Result<void> open_accepted_log();

  Result<void> begin();
  Failure give_up(std::string_view what, const Error& error);
  StreamState& state_of(const StreamKey& key);
  bool fits(std::size_t bytes) const { return this->bytes() + bytes <= options_.most_bytes; }
  Result<bool> make_room(const SealedBatch& batch);
  Result<std::optional<OldestReading>> first_to_give_way(const SealedBatch& batch);
  Result<std::optional<OldestReading>> oldest_reading();
  Result<std::optional<OldestReading>> oldest_refused_reading();
  Result<std::optional<OldestReading>> read_oldest(sqlite::Statement& statement);
  Result<void> drop(const OldestReading& oldest, std::string_view reason);
  Result<void> record_loss(const Loss& loss);
  Result<void> keep(SealedBatch& batch, std::int64_t device_row, const std::string& payload,
                    const ReadingTimes& times);
  Result<void> count_progress(const StreamKey& key, StreamState& state, std::size_t records);
  Result<void> seal_gaps_of(std::int64_t device_row);
  Result<void> delete_batch(BatchId id);
  std::size_t& total_of(Stream stream);
  std::int64_t now_ms() const;

  FolderLock lock_;
  sqlite::Database database_;
  const sqlite::Place place_;
  const Clock& clock_;
  SpoolOptions options_;
  std::string boot_;
  std::string identity_seed_;
  std::int64_t opened_ms_ = 0;  // of the spool's own clock, which never steps back
  std::int64_t opened_monotonic_ms_ = 0;
  std::optional<NameMarks> marks_;
  std::map<std::string, std::string> device_ids_;  // by name mark
  std::map<std::string, std::int64_t, std::less<>> device_rows_;
  std::map<std::int64_t, std::string> ids_of_rows_;
  std::map<StreamKey, StreamState> streams_;
  Totals totals_;
  std::optional<AcceptedLog> accepted_log_;
  std::vector<SealedBatch> accepted_;

  // Of the open transaction, and how things were before it.
  std::optional<sqlite::Transaction> open_;
  std::vector<Draft> drafts_;
  std::vector<SealedBatch> dropped_;
  std::map<StreamKey, StreamState> streams_before_;
  std::vector<std::string> new_marks_;
  Totals totals_before_;

  std::optional<PendingGaps> gaps_;
  std::optional<sqlite::Statement> insert_batch_;
  std::optional<sqlite::Statement> upsert_progress_;
  std::optional<sqlite::Statement> select_payload_;
  std::optional<sqlite::Statement> delete_batch_;
  std::optional<sqlite::Statement> set_apart_batch_;
  std::optional<sqlite::Statement> select_oldest_;
  std::optional<sqlite::Statement> select_oldest_refused_;
};

}  // namespace stedi::firmware
