// The durable store-and-forward spool: a reading is accepted when its batch is fsynced here, and a batch
// leaves only when an ack names it. One SQLite file in a folder of its own, locked against a second process.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sqlite/database.hpp"
#include "firmware_sim/recording/recording.hpp"
#include "firmware_sim/spool/batch_store.hpp"
#include "firmware_sim/spool/folder_lock.hpp"

namespace stedi::firmware {

// What a spool belongs to: another data set on the same spool would mix two devices' lives.
struct SpoolOwner {
  std::string data_set;       // digest
  std::string identity_seed;  // empty: device ids are random
};

// Payload bytes a spool holds before sealing has to wait for acks.
inline constexpr std::size_t max_spool_bytes = std::size_t{64} * 1024 * 1024;

// Belongs to one thread.
class Spool final : public BatchStore {
 public:
  // Makes the folder (mode 0700) and the file when they are absent. Fails (usage) when the spool is another
  // data set's or another process has it; fails when the disk does or the file is no spool.
  static Result<std::unique_ptr<Spool>> open(const std::filesystem::path& folder, const SpoolOwner& owner,
                                             std::size_t most_bytes = max_spool_bytes);
  // The device's identity on the wire; made on first use, on disk with the next commit(). The name itself is
  // not kept, only its digest: once all is acknowledged, no personal data is left in the spool.
  Result<std::string> device_id(DeviceKind kind, const std::string& name);
  // Source records sealed so far by a device's stream, in all of the spool's life.
  std::size_t sealed_records(std::string_view device, Stream stream) const;
  // What is sealed and not acknowledged, oldest first; refused batches are not among it.
  Result<std::vector<SealedBatch>> pending();
  Result<std::size_t> refused_batches();

  // False while the spool is at its limit: wait for acks.
  bool has_room() const { return bytes_ < most_bytes_; }
  std::size_t bytes() const { return bytes_; }
  const std::string& boot() const { return boot_; }

  // Seals a batch under the next seq of (device, this boot, stream). It counts only once commit() returned.
  Result<SealedBatch> seal(std::string_view device, Stream stream, std::span<const std::string> records);
  // Fsyncs everything sealed since the last commit, as one.
  Result<void> commit();

  Result<std::string> payload(BatchId id) override;
  Result<void> remove(std::span<const BatchId> ids) override;
  Result<void> set_apart(BatchId id, std::string_view reason) override;

 private:
  struct StreamState {
    std::int64_t last_seq = 0;  // of this boot
    std::size_t records = 0;
  };
  Spool(FolderLock lock, sqlite::Database database, std::size_t most_bytes);
  Result<void> begin();
  Result<void> bind_owner(const SpoolOwner& owner);
  Result<void> prepare_statements();
  Result<void> load_devices();
  Result<void> load_progress();

  FolderLock lock_;
  sqlite::Database database_;
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::string boot_;
  std::string identity_seed_;
  std::map<std::string, std::string> device_ids_;  // by name digest
  std::map<std::string, std::int64_t, std::less<>> device_rows_;
  std::map<std::pair<std::int64_t, Stream>, StreamState> streams_;
  std::optional<sqlite::Transaction> open_;
  std::optional<sqlite::Statement> insert_batch_;
  std::optional<sqlite::Statement> upsert_progress_;
  std::optional<sqlite::Statement> select_payload_;
  std::optional<sqlite::Statement> delete_batch_;
};

}  // namespace stedi::firmware
