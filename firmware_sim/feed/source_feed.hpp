// Record sources as a feed: generated while they are played, so that neither the length of a scenario nor the
// number of its records takes memory. Of a stream it holds its source and one record ahead.
#pragma once

#include <memory>

#include "firmware_sim/feed/feed.hpp"
#include "firmware_sim/feed/record_source.hpp"

namespace stedi::firmware {

// What is played. `open` starts a stream anew, with the same bytes each time; it outlives the feed.
struct FeedSources {
  std::vector<RecordedDevice> devices;
  std::vector<FedStream> streams;
  std::function<std::unique_ptr<RecordSource>(std::size_t stream)> open;
  std::string digest;
  std::string identity_seed;
  std::string name_key;
  std::int64_t start_ms = earliest_due;  // what would be due before is due then: nobody waits for history
};

// How a device cuts its records into batches: what has come within `batch_ms` travels together. Devices do so
// at instants of their own, spread evenly, so that a fleet does not speak in chorus.
struct BatchCut {
  std::size_t batch_records = 50;  // more than these in one period: several batches
  std::int64_t batch_ms = 1'000;
};

class SourceFeed final : public Feed {
 public:
  SourceFeed(FeedSources sources, BatchCut cut);

  const std::vector<RecordedDevice>& devices() const override { return sources_.devices; }
  const std::vector<FedStream>& streams() const override { return sources_.streams; }
  const std::string& digest() const override { return sources_.digest; }
  const std::string& identity_seed() const override { return sources_.identity_seed; }
  const std::string& name_key() const override { return sources_.name_key; }
  // Generates anew what is sealed, and leaves it out.
  void resume(const SealedRecords& sealed, std::int64_t wall_ms) override;
  std::optional<std::int64_t> next_due_ms() const override;
  void take(FedBatch& batch) override;
  std::optional<std::size_t> records_in_all() const override { return std::nullopt; }

 private:
  struct Head {
    std::unique_ptr<RecordSource> source;  // nullptr: at its end
    SimulatedRecord next;
  };
  struct Due {
    std::int64_t due_ms;
    std::uint32_t stream;
    // For a heap whose first is the earliest.
    bool operator<(const Due& other) const {
      return due_ms != other.due_ms ? due_ms > other.due_ms : stream > other.stream;
    }
  };

  void advance(Head& head);
  void schedule(std::uint32_t stream);
  std::int64_t end_of_period(std::size_t device, std::int64_t at_ms) const;

  FeedSources sources_;
  BatchCut cut_;
  std::vector<Head> heads_;  // as sources_.streams
  std::vector<Due> due_;     // a heap
};

}  // namespace stedi::firmware
