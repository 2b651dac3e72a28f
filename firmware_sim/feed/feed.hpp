// What devices have to say next, in the order in which it is due: the seam between what is played and the
// player. A recording is held in memory; a simulation is generated while it is played.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/record/records.hpp"
#include "firmware_sim/feed/recording.hpp"
#include "firmware_sim/spool/batch_store.hpp"

namespace stedi::firmware {

// Before every reading: customer records of a recording travel first, so that the people are known when their
// readings come.
inline constexpr std::int64_t earliest_due = std::numeric_limits<std::int64_t>::min();

struct FedStream {
  std::size_t device;  // index into Feed::devices()
  Stream stream;
};

// A record whose bytes the sensor damaged.
struct DamagedRecord {
  std::size_t index;   // in the batch
  std::int64_t at_ms;  // on the data's clock: when it left the sensor
};

// Consecutive records of one stream that travel in one envelope. Given again and again: the texts are written
// in place.
struct FedBatch {
  std::size_t stream = 0;        // index into Feed::streams()
  std::int64_t due_ms = 0;       // on the data's clock
  std::int64_t first_at_ms = 0;  // on the data's clock: when its first and its last record left the sensor
  std::int64_t last_at_ms = 0;
  std::vector<std::string> texts;  // the first `count` of them are the batch
  std::size_t count = 0;
  ReadingTimes times;  // as the device's clock stamped them
  std::vector<DamagedRecord> damaged;

  std::span<const std::string> records() const { return std::span(texts).first(count); }
  std::string& add() {
    if (texts.size() == count) texts.emplace_back();
    return texts[count++];
  }
  void clear() {
    count = 0;
    times = {};
    damaged.clear();
  }
};

// How many source records of a stream an earlier life has sealed.
using SealedRecords = std::function<std::size_t(const FedStream&)>;

// Belongs to one thread.
class Feed {
 public:
  virtual ~Feed() = default;
  // The first one is the website.
  virtual const std::vector<RecordedDevice>& devices() const = 0;
  virtual const std::vector<FedStream>& streams() const = 0;
  // Names the data: a spool belongs to one.
  virtual const std::string& digest() const = 0;
  virtual const std::string& identity_seed() const = 0;
  // Known to whoever has the data, to nobody else; empty when the people in it are invented.
  virtual const std::string& name_key() const = 0;

  // Begins a life: goes on after what is sealed. Before next_due_ms() and take(), and again for the next
  // life.
  virtual void resume(const SealedRecords& sealed, std::int64_t wall_ms) = 0;
  // On the data's clock, never less than the one before; nullopt: all has been taken.
  virtual std::optional<std::int64_t> next_due_ms() const = 0;
  // Takes the batch that is due next. Precondition: there is one.
  virtual void take(FedBatch& batch) = 0;
  // Of the whole feed, when that is known without playing it.
  virtual std::optional<std::size_t> records_in_all() const = 0;
};

}  // namespace stedi::firmware
