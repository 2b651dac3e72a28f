// A recording as a feed: planned as a whole, because it is in memory as a whole.
#pragma once

#include "firmware_sim/feed/batch_plan.hpp"
#include "firmware_sim/feed/feed.hpp"

namespace stedi::firmware {

class RecordingFeed final : public Feed {
 public:
  // The recording outlives it.
  RecordingFeed(const Recording& recording, std::size_t batch_records);

  const std::vector<RecordedDevice>& devices() const override { return recording_.devices; }
  const std::vector<FedStream>& streams() const override { return streams_; }
  const std::string& digest() const override { return recording_.digest; }
  const std::string& identity_seed() const override { return recording_.identity_seed; }
  const std::string& name_key() const override { return recording_.name_key; }
  void resume(const SealedRecords& sealed, std::int64_t wall_ms) override;
  std::optional<std::int64_t> next_due_ms() const override;
  void take(FedBatch& batch) override;
  std::optional<std::size_t> records_in_all() const override { return recording_.record_count(); }

 private:
  const Recording& recording_;
  const std::size_t batch_records_;
  std::vector<FedStream> streams_;
  std::vector<PlannedBatch> plan_;
  std::size_t next_ = 0;  // in plan_
};

}  // namespace stedi::firmware
