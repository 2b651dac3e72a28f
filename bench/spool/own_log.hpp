// The rival of the SQLite spool: an append-only file of checksummed entries, fdatasync for every commit, acks
// as entries of their own, an index in memory. It has what a comparison needs, and no more: no gaps, no
// bounds, no compaction while it runs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "firmware_sim/spool/batch_store.hpp"

namespace stedi::bench {

class OwnLog final : public firmware::BatchStore {
 public:
  // Reads what is there up to a torn tail, which is cut off. Aborts when the disk fails: this is a bench.
  explicit OwnLog(const std::filesystem::path& file);
  ~OwnLog() override;
  OwnLog(const OwnLog&) = delete;
  OwnLog& operator=(const OwnLog&) = delete;

  firmware::BatchId append(std::string_view payload);
  void commit();
  std::size_t pending() const { return index_.size(); }
  firmware::BatchId oldest() const { return index_.begin()->first; }

  Result<std::string> payload(firmware::BatchId id) override;
  Result<void> remove(std::span<const firmware::BatchId> ids) override;
  Result<void> set_apart(firmware::BatchId, std::string_view) override { return {}; }

 private:
  struct Place {
    std::int64_t offset;
    std::uint32_t bytes;
  };
  void recover();
  void put(std::uint32_t kind, firmware::BatchId id, std::string_view payload);

  int descriptor_;
  std::int64_t end_ = 0;
  firmware::BatchId last_id_ = 0;
  std::string unwritten_;
  std::map<firmware::BatchId, Place> index_;
};

}  // namespace stedi::bench
