// One spool for many sessions: what they delete is gathered, and goes in one transaction.
#pragma once

#include <vector>

#include "firmware_sim/spool/batch_store.hpp"

namespace stedi::firmware {

// One thread. The store outlives it.
class GroupStore final : public BatchStore {
 public:
  explicit GroupStore(BatchStore& store) : store_(store) {}

  Result<std::string> payload(BatchId id) override { return store_.payload(id); }
  Result<void> remove(std::span<const BatchId> ids) override {
    gathered_.insert(gathered_.end(), ids.begin(), ids.end());
    return {};
  }
  Result<void> set_apart(BatchId id, std::string_view reason) override {
    return store_.set_apart(id, reason);
  }

  // Deletes what is gathered. What fails stays gathered, to be tried again.
  Result<void> flush() {
    TRY(store_.remove(gathered_));
    gathered_.clear();
    return {};
  }
  bool is_empty() const { return gathered_.empty(); }

 private:
  BatchStore& store_;
  std::vector<BatchId> gathered_;
};

}  // namespace stedi::firmware
