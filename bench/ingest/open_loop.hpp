// Devices that send on a schedule of their own, whatever becomes of what they sent, and how long each batch
// waits for its acknowledgement. The wait counts from the moment the schedule gave, so that a stall is felt
// by every batch that it delays, not by the one that was under way (coordinated omission).
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace stedi::bench {

struct OfferedLoad {
  std::size_t devices = 1'000;
  std::size_t connections = 8;
  std::size_t readings_per_message = 50;
  double readings_per_second = 0;
  std::chrono::milliseconds duration{5'000};

  std::size_t messages() const;
  std::chrono::nanoseconds interval() const;  // between two messages of all devices together
};

struct AckLatency {
  std::size_t sent = 0;
  std::size_t acknowledged = 0;
  std::vector<double> sorted_ms;  // of what was acknowledged
  // The latency that this share of all sent batches did not exceed; infinite when they were not acknowledged.
  double percentile_ms(double percent) const;
};

// Offers the load to whoever listens on the broker and waits for the last acknowledgements, up to a limit.
// Nothing is sent twice.
AckLatency offer(const std::string& broker_url, const OfferedLoad& load);

}  // namespace stedi::bench
