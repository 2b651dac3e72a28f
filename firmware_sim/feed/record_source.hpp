// What a stream of a simulated device says, one record at a time: nothing holds the whole of it.
#pragma once

#include <cstdint>
#include <string>

namespace stedi::firmware {

struct SimulatedRecord {
  std::int64_t due_ms = 0;   // when it leaves the sensor: true time, epoch ms
  std::int64_t time_ms = 0;  // when it happened, as the device's own clock stamps it
  std::string json;          // one line, seed format
  bool is_damaged = false;   // the sensor handed it over with other bytes: no reader accepts it
};

// One life of one stream. Owned by who opened it; one thread at a time. Its state is small and does not grow.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  // The next record, in the order of due_ms; false at the end. Give the same record again and again: its text
  // is written in place.
  virtual bool next(SimulatedRecord& record) = 0;
};

}  // namespace stedi::firmware
